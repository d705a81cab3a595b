import { expect, test } from 'vitest';

import { roomIdIn } from './pasted';

test.each([
  'https://talk.example/room/aB3dE6gH9k',
  'https://talk.example/room/aB3dE6gH9k?x=1',
  'https://talk.example/?room=aB3dE6gH9k',
  'talk.example/chat?room=aB3dE6gH9k',
  '  aB3dE6gH9k\n',
])('%j names the room', (text) => expect(roomIdIn(text)).toBe('aB3dE6gH9k'));

test.each(['', 'two words', 'https://talk.example/', 'https://talk.example/settings'])('%j names none', (text) =>
  expect(roomIdIn(text)).toBeNull(),
);
