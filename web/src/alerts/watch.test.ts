import { expect, test } from 'vitest';

import type { Message } from '../api/types';
import { emptyRoom, reduceRoom, type RoomAction, type RoomState } from '../connection/room-state';
import { createStore } from '../store';
import { watchMessages } from './watch';

const message = (seq: number, clientId = 'bob'): Message => ({
  id: `m${seq}`,
  clientId,
  content: 'x',
  roomId: 'room000001',
  timestamp: '2026-01-01T00:00:00.000Z',
  messageType: 'text',
  seq,
});

function watched() {
  const room = createStore<RoomState | null>(emptyRoom('room000001'));
  const told: number[] = [];
  const counts: number[] = [];
  watchMessages(
    room,
    () => 'me',
    ({ seq }, _, count) => {
      told.push(seq);
      counts.push(count);
    },
  );
  const act = (action: RoomAction) => room.set(reduceRoom(room.get() ?? emptyRoom('room000001'), action));
  return { room, told, counts, act };
}

test('what was there when the room was opened is not told, what comes then is, once', () => {
  const { told, act } = watched();
  act({ type: 'replaced', messages: [message(2), message(3)] });
  act({ type: 'received', messages: [message(4)] });
  act({ type: 'received', messages: [message(4)] });
  act({ type: 'replaced', messages: [message(3), message(4)] });
  act({ type: 'older', before: 3, messages: [message(1)] });
  expect(told).toEqual([4]);
});

test('own messages are not told, and of several that come at once the last one and how many there are', () => {
  const { told, counts, act } = watched();
  act({ type: 'replaced', messages: [] });
  act({ type: 'received', messages: [message(2, 'me')] });
  act({ type: 'received', messages: [message(3), message(4), message(5, 'me')] });
  expect(told).toEqual([4]);
  expect(counts).toEqual([2]);
});

test('another room starts anew', () => {
  const { room, told, act } = watched();
  act({ type: 'replaced', messages: [message(2)] });
  room.set({ ...emptyRoom('room000002'), phase: 'ready', messages: [message(9)] });
  expect(told).toEqual([]);
});
