import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Logo } from '../ui/Logo';

/** Who has no room yet learns what RoomTalk is, and how to begin. */
export function Welcome({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="safe-x m-auto flex w-full max-w-md flex-col items-center py-10 text-center [--safe-x:1.5rem]">
      <Logo className="size-16" />
      <p className="mt-3 font-semibold tracking-tight text-muted">RoomTalk</p>
      <h1 className="mt-5 text-2xl font-bold tracking-tight text-balance sm:text-3xl">{t('rooms.welcomeTitle')}</h1>
      <p className="mt-3 text-balance text-muted">{t('rooms.welcomeText')}</p>
      <div className="mt-7 flex w-full flex-col gap-2.5 max-sm:*:w-full sm:w-auto sm:flex-row">{children}</div>
    </div>
  );
}
