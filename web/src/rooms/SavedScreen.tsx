import { Bookmark, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Room } from '../api/types';
import { useStore } from '../store';
import { EmptyState } from '../ui/EmptyState';
import { IconButton } from '../ui/IconButton';
import { onDemand } from '../ui/onDemand';
import { RoomCard } from './RoomCard';
import { RoomGrid } from './RoomGrid';
import { refreshSavedRooms, savedRooms, unsaveRoom } from './saved';
import { useUnread } from './UnreadBadge';

const RemoveDialog = onDemand(() => import('./RemoveDialog'), { giveUp: ({ onClose }) => onClose() });

export default function SavedScreen() {
  const { t } = useTranslation();
  const rooms = useStore(savedRooms);
  const [removing, setRemoving] = useState<Room | null>(null);
  useEffect(() => void refreshSavedRooms(), []);
  useUnread(rooms.map(({ id }) => id));

  if (rooms.length === 0) {
    return <EmptyState icon={Bookmark} title={t('rooms.savedEmptyTitle')} text={t('rooms.savedEmptyText')} />;
  }
  return (
    <>
      <RoomGrid title={t('rooms.savedTitle')} hint={t('rooms.savedHint')}>
        {rooms.map((room) => (
          <RoomCard
            key={room.id}
            room={room}
            actions={
              <IconButton label={t('rooms.remove')} size="sm" onPress={() => setRemoving(room)}>
                <Trash2 aria-hidden />
              </IconButton>
            }
          />
        ))}
      </RoomGrid>
      {removing && (
        <RemoveDialog
          room={removing}
          onClose={() => setRemoving(null)}
          onConfirm={() => {
            unsaveRoom(removing.id);
            setRemoving(null);
          }}
        />
      )}
    </>
  );
}
