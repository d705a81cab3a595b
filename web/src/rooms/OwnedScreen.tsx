import { Button } from '@heroui/react';
import { Link2, Plus, WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { connection } from '../app/session';
import { useStore } from '../store';
import { Busy } from '../ui/Busy';
import { EmptyState } from '../ui/EmptyState';
import { failureText } from '../ui/failure';
import { onDemand } from '../ui/onDemand';
import { loadOwnedRooms, ownedFailure, ownedRooms } from './owned';
import { RoomCard } from './RoomCard';
import { RoomGrid } from './RoomGrid';
import { useUnread } from './UnreadBadge';
import { Welcome } from './Welcome';

const closing = { giveUp: ({ onClose }: { readonly onClose: () => void }) => onClose() };
const CreateRoomDialog = onDemand(() => import('./CreateRoomDialog'), closing);
const EnterDialog = onDemand(() => import('./EnterDialog'), closing);

export function OwnedScreen() {
  const { t } = useTranslation();
  const rooms = useStore(ownedRooms);
  const failure = useStore(ownedFailure);
  const [dialog, setDialog] = useState<'create' | 'enter' | null>(null);
  // Rooms that were created elsewhere while there was no socket were not told.
  const live = useStore(connection.status) === 'live';
  useEffect(() => void loadOwnedRooms(), [live]);
  useUnread((rooms ?? []).map(({ id }) => id));

  const close = () => setDialog(null);
  const actions = (
    <>
      <Button onPress={() => setDialog('create')}>
        <Plus aria-hidden />
        {t('rooms.create')}
      </Button>
      <Button variant="secondary" onPress={() => setDialog('enter')}>
        <Link2 aria-hidden />
        {t('rooms.enter')}
      </Button>
    </>
  );
  return (
    <>
      {rooms && rooms.length > 0 ? (
        <RoomGrid title={t('rooms.ownedTitle')} hint={t('rooms.ownedHint')} action={actions}>
          {rooms.map((room) => (
            <RoomCard key={room.id} room={room} />
          ))}
        </RoomGrid>
      ) : rooms ? (
        <Welcome>{actions}</Welcome>
      ) : failure ? (
        <EmptyState icon={WifiOff} title={t('failure.other')} text={failureText(t, failure)}>
          <Button variant="secondary" onPress={() => void loadOwnedRooms()}>
            {t('rooms.retry')}
          </Button>
        </EmptyState>
      ) : (
        <Busy text={t('app.loading')} />
      )}
      {dialog === 'create' && <CreateRoomDialog onClose={close} />}
      {dialog === 'enter' && <EnterDialog onClose={close} />}
    </>
  );
}
