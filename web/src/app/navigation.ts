import { useEffect, useRef } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';

import { currentRoom, lastView, rememberView } from '../rooms/current';

/** Where a room is, on this page. */
export const roomPath = (roomId: string): string => `/room/${roomId}`;

/** The link to give to others. */
export const roomLink = (roomId: string): string => location.origin + roomPath(roomId);

/** Where a message is: its room, opened at it. */
const messagePath = (roomId: string, seq: number): string => `${roomPath(roomId)}?message=${seq}`;

export const messageLink = (roomId: string, seq: number): string => location.origin + messagePath(roomId, seq);

/** The message that an address asks for (`?message=SEQ`). */
export function messageOf(search: URLSearchParams): number | undefined {
  const seq = search.get('message');
  return seq && /^[1-9]\d{0,14}$/.test(seq) ? Number(seq) : undefined;
}

/** The room that the address asks to join (`?room=ID`, as v0.4's links have it), and how to take the question away. */
export function useInvitation(): { roomId: string; forget: () => void } | null {
  const [parameters, setParameters] = useSearchParams();
  const roomId = parameters.get('room');
  if (!roomId) return null;
  return { roomId, forget: () => setParameters({}, { replace: true }) };
}

/** Remembers the view that is shown; the first time the page is opened at its root, the last one comes back. */
export function useLastView(): void {
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const opened = useRef(false);
  useEffect(() => {
    const first = !opened.current;
    opened.current = true;
    const view = first ? lastView() : 'rooms';
    const room = currentRoom.get();
    if (first && pathname === '/' && search === '' && view !== 'rooms' && (view !== 'chat' || room)) {
      void navigate(view === 'chat' && room ? roomPath(room.id) : `/${view}`, { replace: true });
      return;
    }
    if (pathname.startsWith('/room/')) rememberView('chat');
    else if (pathname === '/saved') rememberView('saved');
    else if (pathname === '/settings') rememberView('settings');
    else rememberView('rooms');
  }, [pathname, search, navigate]);
}

/** After a change of the view: when what had the focus went with the old one, the new one takes it. */
export function useFocusOnContent(): void {
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    const content = document.getElementById('content');
    if (document.activeElement === document.body) content?.focus();
  }, [pathname]);
}
