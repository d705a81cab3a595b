import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';

import { unseen } from '../alerts/unseen';
import { currentRoom } from '../rooms/current';
import { useStore } from '../store';
import { roomPath } from './navigation';

/** Names the document after the view that is shown, with the number of messages that came out of sight before it. */
export function useTitle(): void {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const room = useStore(currentRoom);
  const count = useStore(unseen);
  const views: Record<string, string | undefined> = { '/saved': t('nav.saved'), '/settings': t('nav.settings') };
  const view = room && pathname === roomPath(room.id) ? room.name : views[pathname];
  useEffect(() => {
    document.title = `${count > 0 ? `(${count}) ` : ''}${view ? `${view} · ` : ''}RoomTalk`;
  }, [view, count]);
}
