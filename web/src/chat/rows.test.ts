import { expect, test } from 'vitest';

import type { Message } from '../api/types';
import type { Pending } from '../connection/room-state';
import { layOutRows, type Row } from './rows';

const at = (day: number, hour: number, minute: number) => new Date(2026, 0, day, hour, minute);

const message = (seq: number, clientId: string, when: Date, id = `m${seq}`): Message => ({
  id,
  clientId,
  username: clientId,
  content: 'x',
  roomId: 'room000001',
  timestamp: when.toISOString(),
  messageType: 'text',
  seq,
});

const pending = (messageId: string, when: Date): Pending => ({
  messageId,
  roomId: 'room000001',
  content: 'x',
  username: 'me',
  avatar: { text: 'M', color: 'primary' },
  images: [],
  createdAt: when.getTime(),
  state: 'waiting',
});

test('messages of one author that follow each other are one group', () => {
  const rows = layOutRows(
    [
      message(2, 'me', at(1, 10, 0)),
      message(3, 'me', at(1, 10, 3)),
      message(4, 'bob', at(1, 10, 4)),
      message(5, 'bob', at(1, 10, 30)),
      message(6, 'bob', at(2, 9, 0)),
    ],
    [],
    'me',
  );
  expect(rows.map((row) => row.startsGroup)).toEqual([true, false, true, true, true]);
  expect(rows.map((row) => row.startsDay)).toEqual([true, false, false, false, true]);
  expect(rows.map((row) => row.own)).toEqual([true, true, false, false, false]);
});

test('pending messages come last and keep their key when they are stored', () => {
  const before = layOutRows([message(2, 'me', at(1, 10, 0))], [pending('p', at(1, 10, 1))], 'me');
  const after = layOutRows([message(2, 'me', at(1, 10, 0)), message(3, 'me', at(1, 10, 1), 'p')], [], 'me');
  expect(before.map((row) => row.key)).toEqual(after.map((row) => row.key));
  expect(before.at(-1)).toMatchObject({ own: true, startsGroup: false });
});

test('the line above what is new stands above the first unread message of somebody else', () => {
  const messages = [2, 3, 4, 5].map((seq) => message(seq, seq === 4 ? 'me' : 'bob', at(1, 10, seq)));
  const marked = (read?: number) => layOutRows(messages, [], 'me', read).flatMap((row) => (row.startsUnread ? [row.key] : []));
  expect(marked(2)).toEqual(['seq:3']);
  expect(marked(3)).toEqual(['seq:5']);
  expect(marked(5)).toEqual([]);
  expect(marked(undefined)).toEqual([]);
});

test('where the first unread message is not loaded yet, no line stands above another one', () => {
  const rows = layOutRows([message(50, 'bob', at(1, 10, 0))], [], 'me', 7);
  expect(rows[0]?.startsUnread).toBe(false);
});

test('strangers that reuse an id get keys of their own', () => {
  const rows = layOutRows([message(2, 'eve', at(1, 10, 0), 'same'), message(3, 'eve', at(1, 10, 0), 'same')], [], 'me');
  expect(new Set(rows.map((row) => row.key)).size).toBe(2);
});

test('a clock that runs behind does not put a pending message on the day before', () => {
  const rows = layOutRows([message(2, 'me', at(2, 0, 1))], [pending('p', at(1, 23, 59))], 'me');
  expect(rows[1]?.startsDay).toBe(false);
});

test('laid out again from the rows of before, a log that grew, changed or moved looks as if it was laid out anew', () => {
  const log = Array.from({ length: 40 }, (_, i) =>
    message(i + 2, ['me', 'bob', 'eve'][Math.floor(i / 3) % 3] ?? 'me', at(1 + Math.floor(i / 15), 10, i)),
  );
  const changed = log.map((item) => (item.seq === 20 ? { ...item, content: 'another' } : item));
  const steps: [Message[], Pending[]][] = [
    [log.slice(20, 30), []],
    [log.slice(20, 31), [pending('p', at(3, 10, 0))]],
    [log.slice(20, 35), []],
    [log.slice(10, 35), []],
    [log.slice(2, 8), []],
    [[...log.slice(2, 8), ...log.slice(12, 20)], []],
    [changed.slice(0, 20), [pending('q', at(3, 10, 0))]],
    [log, []],
  ];
  for (const read of [undefined, 5, 12, 21]) {
    let rows: Row[] = [];
    for (const [messages, waiting] of steps) {
      rows = layOutRows(messages, waiting, 'me', read, rows);
      expect(rows).toEqual(layOutRows(messages, waiting, 'me', read));
    }
  }
});

test('a message that comes takes no other row away', () => {
  const log = [2, 3, 4, 5].map((seq) => message(seq, 'bob', at(1, 10, seq)));
  const before = layOutRows(log.slice(0, 3), [], 'me', 2);
  const after = layOutRows(log, [], 'me', 2, before);
  expect(after.slice(1, 3).every((row, i) => row === before[i + 1])).toBe(true);
});
