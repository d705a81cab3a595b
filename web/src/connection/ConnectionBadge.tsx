import { useTranslation } from 'react-i18next';

import { connection } from '../app/session';
import { useStore } from '../store';
import { cx } from '../ui/cx';
import type { Status } from './status';

const DOT: Record<Status, string> = {
  live: 'bg-success',
  connecting: 'bg-warning animate-pulse motion-reduce:animate-none',
  reconnecting: 'bg-warning animate-pulse motion-reduce:animate-none',
  polling: 'bg-warning',
  offline: 'bg-danger',
};

/** A dot that says how the page reaches the server; only what is not normal gets words. `quiet`: narrow while all is well. */
export function ConnectionBadge({ quiet = false }: { readonly quiet?: boolean }) {
  const { t } = useTranslation();
  const status = useStore(connection.status);
  return (
    <span
      role="status"
      data-status={status}
      title={t(`connection.${status}`)}
      className={cx('flex h-7 shrink-0 items-center gap-1.5 rounded-full text-xs text-muted', quiet && status === 'live' ? 'w-2.5' : 'px-2')}
    >
      <span aria-hidden className={cx('size-2 rounded-full', DOT[status])} />
      <span className={status === 'live' ? 'sr-only' : 'hidden min-[400px]:inline'}>{t(`connection.short_${status}`)}</span>
    </span>
  );
}
