import { memo, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';

import type { Room } from '../api/types';
import { roomPath } from '../app/navigation';
import { avatarOf } from '../identity/avatar';
import { currentRoom } from '../rooms/current';
import { loadOwnedRooms, ownedRooms } from '../rooms/owned';
import { savedRooms } from '../rooms/saved';
import { UnreadBadge, useUnread } from '../rooms/UnreadBadge';
import { useStore } from '../store';
import { cx } from '../ui/cx';
import { UserAvatar } from '../ui/UserAvatar';

/** On wide screens: the user's rooms beside the open one. */
export const RoomSidebar = memo(function RoomSidebar({ current }: { readonly current: string }) {
  const { t } = useTranslation();
  const owned = useStore(ownedRooms);
  const saved = useStore(savedRooms);
  const open = useStore(currentRoom);
  useEffect(() => {
    if (ownedRooms.get() === null) void loadOwnedRooms();
  }, []);
  const byId = new Map<string, Room>([...(open ? [open] : []), ...(owned ?? []), ...saved].map((room) => [room.id, room]));
  useUnread([...byId.keys()]);
  return (
    <nav aria-label={t('chat.rooms')} className="hidden w-72 shrink-0 flex-col lg:flex">
      <h2 className="px-3 pt-1 pb-2 text-sm font-semibold text-muted">{t('chat.rooms')}</h2>
      <ul className="flex min-h-0 flex-col gap-1 overflow-y-auto p-0.5">
        {[...byId.values()].map((room) => (
          <li key={room.id}>
            <NavLink
              to={roomPath(room.id)}
              className={cx(
                'flex items-center gap-3 rounded-2xl p-2.5 outline-offset-0 transition-colors',
                room.id === current ? 'bg-surface shadow-surface' : 'hover:bg-default',
              )}
            >
              <UserAvatar avatar={avatarOf(room.name)} />
              <span className="min-w-0 flex-1">
                <span className="block truncate text-sm font-medium">
                  <bdi>{room.name}</bdi>
                </span>
                {room.description && (
                  <span className="block truncate text-xs text-muted">
                    <bdi>{room.description}</bdi>
                  </span>
                )}
              </span>
              {room.id !== current && <UnreadBadge roomId={room.id} />}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
});
