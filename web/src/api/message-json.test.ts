import { expect, test, vi } from 'vitest';

import { readMessages } from './message-json';

const sound = {
  id: 'a',
  clientId: 'alice',
  content: 'text',
  roomId: 'room000001',
  timestamp: '2026-01-01T00:00:00.000Z',
  messageType: 'text',
  seq: 7,
};

test('a sound message is taken as it is', () => {
  expect(readMessages([sound])[0]).toBe(sound);
});

test('a message with the wrong kind of content or time keeps its place, marked as broken', () => {
  const read = readMessages([
    { ...sound, content: 5 },
    { ...sound, seq: 8, timestamp: 'yesterday' },
    { seq: 9 },
  ]);
  expect(read.map(({ seq, broken, content }) => [seq, broken, content])).toEqual([
    [7, true, ''],
    [8, true, ''],
    [9, true, ''],
  ]);
  for (const { timestamp } of read) expect(new Date(timestamp).toISOString()).toBe(timestamp);
});

test('what has no place in the log is left out and reported', () => {
  const report = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(readMessages([null, { ...sound, seq: undefined }, sound])).toEqual([sound]);
  expect(report).toHaveBeenCalledTimes(2);
  expect(() => readMessages({ messages: [] })).toThrow(TypeError);
});
