import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { useStore } from '../store';
import { latestSeqs, readSeqs, refreshLatest, unreadOf } from './read';

/** Milliseconds after which a list that is in sight asks again. */
const ASK_AGAIN = 30_000;

/** How much is new in a room. */
export function UnreadBadge({ roomId }: { readonly roomId: string }) {
  const { t } = useTranslation();
  const count = unreadOf(roomId, useStore(readSeqs), useStore(latestSeqs));
  if (count === 0) return null;
  return (
    <span
      aria-label={t('chat.newMessages', { count })}
      role="img"
      className="flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full bg-accent px-1.5 text-xs font-semibold text-accent-foreground tabular-nums"
    >
      {count > 99 ? '99+' : count}
    </span>
  );
}

/** Asks how far the rooms of a list are: when it is shown, while it is in sight, and when the reader comes back to it. */
export function useUnread(roomIds: readonly string[]): void {
  const rooms = roomIds.join(' ');
  useEffect(() => {
    const ask = () => {
      if (document.visibilityState === 'visible' && rooms !== '') void refreshLatest(rooms.split(' '));
    };
    ask();
    const timer = setInterval(ask, ASK_AGAIN);
    document.addEventListener('visibilitychange', ask);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', ask);
    };
  }, [rooms]);
}
