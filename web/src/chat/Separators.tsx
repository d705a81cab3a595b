import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { cx } from '../ui/cx';
import { dayLabel } from './time';

interface Props {
  readonly when: Date;
  readonly startsDay: boolean;
  readonly startsUnread: boolean;
}

/** The lines above a message: a new day, and the first that is new to the reader. */
export function Separators({ when, startsDay, startsUnread }: Props) {
  const { t, i18n } = useTranslation();
  return (
    <>
      {startsDay && (
        <Line className="mb-3 font-medium text-muted" line="bg-separator">
          <time dateTime={when.toISOString()}>{dayLabel(when, i18n.language, t)}</time>
        </Line>
      )}
      {startsUnread && (
        <Line className="mb-2 font-semibold text-danger" line="bg-danger/40" testId="unread">
          {t('chat.unread')}
        </Line>
      )}
    </>
  );
}

interface LineProps {
  readonly className: string;
  readonly line: string;
  readonly testId?: string;
  readonly children: ReactNode;
}

function Line({ className, line, testId, children }: LineProps) {
  return (
    <p className={cx('flex items-center gap-3 text-xs', className)} data-testid={testId}>
      <span className={cx('h-px flex-1', line)} />
      {children}
      <span className={cx('h-px flex-1', line)} />
    </p>
  );
}
