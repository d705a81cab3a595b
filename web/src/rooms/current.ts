import type { Room } from '../api/types';
import { storage } from '../storage';
import { createStore } from '../store';
import { isRoom } from './room-json';

const ROOM = 'roomtalk_current_room';
const VIEW = 'roomtalk_current_view';

export type View = 'chat' | 'rooms' | 'saved' | 'settings';

/** The room that the user is in, whatever view is shown; it comes back after a reload. */
export const currentRoom = createStore<Room | null>(stored());

function stored(): Room | null {
  const value = storage.readJson(ROOM);
  return isRoom(value) ? value : null;
}

export function setCurrentRoom(room: Room | null): void {
  storage.write(ROOM, room && JSON.stringify(room));
  currentRoom.set(room);
}

export function rememberView(view: View): void {
  storage.write(VIEW, view);
}

export function lastView(): View {
  const view = storage.read(VIEW);
  return view === 'chat' || view === 'saved' || view === 'settings' ? view : 'rooms';
}
