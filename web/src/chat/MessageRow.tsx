import { memo } from 'react';
import { useTranslation } from 'react-i18next';

import type { Message } from '../api/types';
import type { Pending } from '../connection/room-state';
import { ErrorBoundary } from '../ui/ErrorBoundary';
import { cx } from '../ui/cx';
import { MessageArticle } from './MessageArticle';
import type { Row } from './rows';
import { Separators } from './Separators';

export interface MessageRowProps extends Pick<Row, 'own' | 'startsDay' | 'startsGroup' | 'startsUnread'> {
  readonly rowKey: string;
  readonly message: Message | undefined;
  readonly pending: Pending | undefined;
  /** The one row that the Tab key stops at. */
  readonly tabbable: boolean;
}

/** A message with what stands above it. One that cannot be drawn says so, and spoils no other. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { t } = useTranslation();
  const { message, pending, startsGroup } = props;
  const broken = (
    <p className="mx-10 w-fit rounded-2xl border border-border px-3 py-2 text-sm text-muted" data-seq={message?.seq}>
      {t('chat.broken')}
    </p>
  );
  return (
    <div className={cx('safe-x [--safe-x:0.75rem] sm:[--safe-x:1.25rem]', startsGroup ? 'pt-3' : 'pt-[3px]')}>
      <Separators when={new Date(message?.timestamp ?? pending?.createdAt ?? 0)} {...props} />
      <ErrorBoundary fallback={broken}>{message?.broken ? broken : <MessageArticle {...props} />}</ErrorBoundary>
    </div>
  );
});
