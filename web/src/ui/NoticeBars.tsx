import { CircleAlert, CircleCheck, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useStore } from '../store';
import { notices, showError } from './notices';

/** The bars under the header: errors, successes, and whatever else is handed in. They float, so nothing below moves when they come and go. */
export function NoticeBars({ children }: { readonly children?: ReactNode }) {
  const { t } = useTranslation();
  const { error, success } = useStore(notices);
  return (
    <div className="pointer-events-none relative mx-auto w-full max-w-xl px-3">
      <div aria-live="polite" className="absolute inset-x-3 top-2 flex flex-col items-center gap-2">
        {error && (
          <p className="pointer-events-auto flex items-center gap-2 rounded-2xl bg-danger py-1.5 ps-3 pe-1.5 text-sm text-danger-foreground shadow-overlay">
            <CircleAlert aria-hidden className="size-4 shrink-0" />
            {t(error)}
            <button
              type="button"
              aria-label={t('app.close')}
              onClick={() => showError(null)}
              className="ms-1 flex size-7 cursor-pointer items-center justify-center rounded-full outline-offset-0 hover:bg-black/10"
            >
              <X aria-hidden className="size-4" />
            </button>
          </p>
        )}
        {success && (
          <p className="flex animate-in items-center gap-2 rounded-2xl bg-foreground px-3.5 py-2 text-sm text-background shadow-overlay duration-150 fade-in-0 slide-in-from-top-1 motion-reduce:animate-none">
            <CircleCheck aria-hidden className="size-4 shrink-0" />
            {t(success)}
          </p>
        )}
        {children}
      </div>
    </div>
  );
}
