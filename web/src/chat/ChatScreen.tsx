import { Button } from '@heroui/react';
import { SearchX, WifiOff } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate, useParams, useSearchParams } from 'react-router';

import { messageOf } from '../app/navigation';
import { connection } from '../app/session';
import { Composer } from '../composer/Composer';
import type { RoomState } from '../connection/room-state';
import { largeDiagram } from '../markdown/diagram/large';
import { identity } from '../identity/identity';
import { currentRoom } from '../rooms/current';
import { useStore } from '../store';
import { Busy } from '../ui/Busy';
import { EmptyState } from '../ui/EmptyState';
import { onDemand } from '../ui/onDemand';
import { Announcer } from './Announcer';
import { ChatHeader } from './ChatHeader';
import { lightbox } from './lightbox-store';
import { messageSheet } from './message-sheet';
import { MessageList } from './MessageList';
import { RoomSidebar } from './RoomSidebar';

const Lightbox = onDemand(() => import('./Lightbox'), { giveUp: () => lightbox.set(null) });
const MessageSheet = onDemand(() => import('./MessageSheet'), { giveUp: () => messageSheet.set(null) });
const LargeDiagram = onDemand(() => import('../markdown/diagram/LargeDiagram'), { giveUp: () => largeDiagram.set(null) });

export default function ChatScreen() {
  const { roomId = '' } = useParams();
  const { t } = useTranslation();
  const state = useStore(connection.room);
  useEffect(() => {
    const known = currentRoom.get();
    connection.enter(roomId, known?.id === roomId ? known : null);
  }, [roomId]);
  const [parameters] = useSearchParams();
  const wanted = messageOf(parameters);
  // The same link, followed again, leads to its message again.
  const { key } = useLocation();
  useEffect(() => {
    if (wanted !== undefined) void connection.pages.openAt(wanted);
  }, [roomId, wanted, key]);

  return (
    <div className="flex min-h-0 flex-1 lg:gap-4 lg:p-4">
      <RoomSidebar current={roomId} />
      <div className="flex min-w-0 flex-1 flex-col overflow-hidden bg-background lg:rounded-3xl lg:border lg:border-border lg:bg-surface/55">
        {state?.roomId === roomId ? <OpenRoom state={state} wanted={wanted} /> : <Busy text={t('chat.loading')} />}
      </div>
    </div>
  );
}

interface OpenRoomProps {
  readonly state: RoomState;
  /** The message that the address asks for. */
  readonly wanted: number | undefined;
}

function OpenRoom({ state, wanted }: OpenRoomProps) {
  const { t } = useTranslation();
  const shown = useStore(lightbox);
  const subject = useStore(messageSheet);
  const self = useStore(identity)?.clientId;
  const diagram = useStore(largeDiagram);
  const navigate = useNavigate();
  const sought = wanted !== undefined && (!state.target || state.target.state === 'loading');
  if (state.phase === 'missing') {
    return (
      <EmptyState icon={SearchX} title={t('rooms.notFoundTitle')} text={t('rooms.notFoundText', { id: state.roomId })}>
        <Button onPress={() => void navigate('/')}>{t('rooms.backToRooms')}</Button>
      </EmptyState>
    );
  }
  return (
    <>
      <ChatHeader room={state.room} roomId={state.roomId} count={state.count} lastMove={state.lastMove} />
      {sought && state.phase !== 'failed' ? (
        <Busy text={t('chat.loading')} />
      ) : state.phase === 'ready' || (state.phase === 'failed' && state.pending.length > 0) ? (
        <MessageList key={state.roomId} state={state} />
      ) : state.phase === 'failed' ? (
        <EmptyState level={2} icon={WifiOff} title={t('chat.loadFailed')} text={t('failure.network')}>
          <Button variant="secondary" onPress={() => connection.enter(state.roomId, state.room)}>
            {t('rooms.retry')}
          </Button>
        </EmptyState>
      ) : (
        <Busy text={t('chat.loading')} />
      )}
      <Composer key={`composer ${state.roomId}`} roomId={state.roomId} />
      {shown && <Lightbox {...shown} />}
      {subject && <MessageSheet subject={subject} />}
      {state.phase === 'ready' && <Announcer key={`announcer ${state.roomId}`} messages={state.messages} self={self} />}
      {diagram && <LargeDiagram drawing={diagram} />}
    </>
  );
}
