import { RefreshCw, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import { useStore } from '../store';
import { dismissReload, reload, reloadReason, type Reason } from './build';

const TEXT = { newVersion: 'app.newVersion', partMissing: 'app.partMissing' } as const satisfies Record<Reason, string>;

/** Says that the page should be loaded again, and why; the reader decides when. */
export function ReloadBar() {
  const { t } = useTranslation();
  const reason = useStore(reloadReason);
  if (!reason) return null;
  return (
    <div className="pointer-events-auto flex items-center gap-2 rounded-2xl border border-border bg-overlay py-1.5 ps-3.5 pe-1.5 text-sm text-foreground shadow-overlay">
      <p>{t(TEXT[reason])}</p>
      <button
        type="button"
        onClick={() => void reload()}
        className="flex h-7 shrink-0 cursor-pointer items-center gap-1.5 rounded-full bg-accent px-3 font-medium text-accent-foreground"
      >
        <RefreshCw aria-hidden className="size-3.5" />
        {t('app.reload')}
      </button>
      <button
        type="button"
        aria-label={t('app.close')}
        onClick={dismissReload}
        className="flex size-7 shrink-0 cursor-pointer items-center justify-center rounded-full text-muted outline-offset-0 hover:bg-default hover:text-foreground"
      >
        <X aria-hidden className="size-4" />
      </button>
    </div>
  );
}
