import type { Message } from '../api/types';
import type { RoomState } from '../connection/room-state';
import type { Store } from '../store';

/**
 * Calls `tell` when messages of others come into the open room after its first page, with the last of them and how many
 * there are: not for history, and not again for what a resumed or reloaded room brings anew.
 */
export function watchMessages(
  room: Store<RoomState | null>,
  self: () => string | undefined,
  tell: (message: Message, state: RoomState, count: number) => void,
): void {
  let told: { roomId: string; seq: number } | null = null;
  room.subscribe(() => {
    const state = room.get();
    if (!state || state.phase !== 'ready') {
      if (state?.roomId !== told?.roomId) told = null;
      return;
    }
    const newest = state.messages.at(-1)?.seq ?? 0;
    if (told?.roomId !== state.roomId) {
      told = { roomId: state.roomId, seq: newest };
      return;
    }
    const { seq } = told;
    if (newest <= seq) return;
    told = { roomId: state.roomId, seq: newest };
    const fresh = state.messages.slice(state.messages.findLastIndex((message) => message.seq <= seq) + 1);
    const byOthers = fresh.filter((message) => message.clientId !== self());
    const last = byOthers.at(-1);
    if (last) tell(last, state, byOthers.length);
  });
}
