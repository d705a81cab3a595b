import { MessageCircleHeart } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Pending, RoomState } from '../connection/room-state';
import { shownMessages } from '../connection/window';
import { identity } from '../identity/identity';
import { readSeqs } from '../rooms/read';
import { useStore } from '../store';
import { EmptyState } from '../ui/EmptyState';
import { MessageLog } from './MessageLog';
import { layOutGrowing } from './rows';
import { TargetNotice } from './TargetNotice';

const NONE: readonly Pending[] = [];

/** The messages of a room, at its live end or around an old one. */
export function MessageList({ state }: { readonly state: RoomState }) {
  const { t } = useTranslation();
  const self = useStore(identity)?.clientId;
  // The line above what is new stays where it was when the room was opened.
  const [read] = useState(() => readSeqs.get()[state.roomId]);
  const messages = shownMessages(state);
  const pending = state.window ? NONE : state.pending;
  const [layOut] = useState(layOutGrowing);
  const rows = useMemo(() => layOut(messages, pending, self, read), [layOut, messages, pending, self, read]);
  const { target } = state;
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {target && (target.state === 'missing' || target.state === 'failed') && <TargetNotice target={target} />}
      {rows.length === 0 ? (
        <EmptyState level={2} icon={MessageCircleHeart} title={t('chat.emptyTitle')} text={t('chat.emptyText')} />
      ) : (
        <MessageLog key={state.view} state={state} rows={rows} read={read} self={self} />
      )}
    </div>
  );
}
