import { CircleAlert, Clock } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import { connection } from '../app/session';
import type { Pending } from '../connection/room-state';
import { failureText } from '../ui/failure';

/** Under a message that is not stored yet: how far it is, and what can be done when it failed. */
export function Delivery({ pending }: { readonly pending: Pending }) {
  const { t } = useTranslation();
  if (pending.state === 'failed') {
    return (
      <p role="alert" className="mt-1 flex flex-wrap items-center justify-end gap-x-2 px-1 text-xs text-danger">
        <CircleAlert aria-hidden className="size-3.5" />
        {t('chat.failed')}: {failureText(t, pending.failure)}
        <button type="button" className="cursor-pointer font-semibold underline" onClick={() => connection.retry(pending.messageId)}>
          {t('chat.retry')}
        </button>
        <button type="button" className="cursor-pointer underline" onClick={() => connection.discard(pending.messageId)}>
          {t('chat.discard')}
        </button>
      </p>
    );
  }
  const waits = pending.state === 'waiting' && pending.failure !== undefined;
  return (
    <p className="mt-0.5 flex items-center justify-end gap-1 px-1 text-xs text-muted">
      <Clock aria-hidden className="size-3" />
      {pending.images.length > 0 && (
        <button type="button" className="me-1 cursor-pointer underline" onClick={() => connection.discard(pending.messageId)}>
          {t('app.cancel')}
        </button>
      )}
      {waits && pending.failure !== 'network' ? failureText(t, pending.failure) : waits ? t('chat.waiting') : t('chat.sending')}
    </p>
  );
}
