import { alertOf } from '../alerts/alerts';
import { countUnseen } from '../alerts/unseen';
import { watchMessages } from '../alerts/watch';
import { Connection } from '../connection/connection';
import { currentIdentity } from '../identity/identity';
import { currentRoom, setCurrentRoom } from '../rooms/current';
import { addOwnedRoom, loadOwnedRooms, ownedRooms, setOwnedRooms } from '../rooms/owned';
import { showError } from '../ui/notices';
import { watchBuild } from './build';

/** The page's connection. */
export const connection = new Connection({
  owned: setOwnedRooms,
  created: addOwnedRoom,
  identityReplaced: () => {
    showError('app.newIdentity');
    ownedRooms.set(null);
    void loadOwnedRooms();
  },
});

/** Goes on where the last visit ended, and connects. */
export function startSession(): void {
  connection.room.subscribe(() => {
    const state = connection.room.get();
    if (state?.phase === 'missing') setCurrentRoom(null);
    else if (state?.room && state.room !== currentRoom.get()) setCurrentRoom(state.room);
  });
  watchMessages(
    connection.room,
    () => currentIdentity()?.clientId,
    (message, state, count) => {
      countUnseen(count);
      alertOf(message, state.room?.name ?? 'RoomTalk');
    },
  );
  watchBuild(connection.status);
  const room = currentRoom.get();
  if (room) connection.enter(room.id, room);
  void connection.start();
}

/** Leaves the room for good, unlike going to another view. */
export function leaveRoom(): void {
  connection.leave();
  setCurrentRoom(null);
}
