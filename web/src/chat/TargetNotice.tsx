import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import { connection } from '../app/session';
import type { Target } from '../connection/window';

/** Says, in passing, that the message of a link is not there or could not be had. */
export function TargetNotice({ target }: { readonly target: Target }) {
  const { t } = useTranslation();
  const failed = target.state === 'failed';
  return (
    <div
      role="status"
      className="absolute inset-x-3 top-3 z-20 mx-auto flex w-fit items-center gap-2 rounded-2xl border border-border bg-overlay py-1.5 ps-3.5 pe-1.5 text-sm shadow-overlay"
    >
      {failed ? t('chat.targetFailed') : t('chat.targetMissing')}
      {failed && (
        <button type="button" className="cursor-pointer font-semibold underline" onClick={() => void connection.pages.openAt(target.seq)}>
          {t('rooms.retry')}
        </button>
      )}
      <button
        type="button"
        aria-label={t('app.close')}
        onClick={() => connection.pages.forgetTarget()}
        className="flex size-7 shrink-0 cursor-pointer items-center justify-center rounded-full text-muted hover:bg-default hover:text-foreground"
      >
        <X aria-hidden className="size-4" />
      </button>
    </div>
  );
}
