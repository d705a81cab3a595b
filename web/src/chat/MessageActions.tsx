import { useTranslation } from 'react-i18next';

import { cx } from '../ui/cx';
import { useActions } from './actions';
import type { Subject } from './subject';

interface Props {
  readonly subject: Subject;
  readonly own: boolean;
  /** The time of day, where it does not stand above the message. */
  readonly time: string;
}

/** A bar beside a message that is hovered or has the focus; it lies over the page and moves nothing. */
export function MessageActions({ subject, own, time }: Props) {
  const { t } = useTranslation();
  // A failed message shows its own buttons already.
  const actions = useActions({ ...subject, failed: false });
  if (actions.length === 0) return null;
  return (
    <div
      role="group"
      aria-label={t('chat.actions')}
      className={cx(
        'absolute top-0 z-10 flex h-8 animate-in items-center rounded-full border border-border bg-overlay px-0.5 shadow-surface duration-100 fade-in-0 max-sm:-top-6 motion-reduce:animate-none',
        own ? 'sm:end-full sm:me-2 max-sm:end-1' : 'sm:start-full sm:ms-2 max-sm:start-1',
      )}
    >
      {time && <span className="ps-2 pe-1 text-xs whitespace-nowrap text-muted">{time}</span>}
      {actions.map(({ label, icon: Icon, chosen, run }) => (
        <button
          key={label}
          type="button"
          aria-label={t(label)}
          aria-pressed={chosen}
          title={t(label)}
          onClick={run}
          className={cx(
            'flex size-7 cursor-pointer items-center justify-center rounded-full outline-offset-[-2px] hover:bg-default hover:text-foreground',
            chosen ? 'text-accent-soft-foreground' : 'text-muted',
          )}
        >
          <Icon aria-hidden className={cx('size-3.5', chosen && 'fill-current')} />
        </button>
      ))}
    </div>
  );
}
