import { describe, expect, test } from 'vitest';

import type { Message } from '../api/types';
import { mergeBySeq } from './merge';
import { emptyRoom, reduceRoom, type RoomState } from './room-state';

const message = (seq: number, id = `m${seq}`, content = `text ${seq}`): Message => ({
  id,
  clientId: 'alice',
  content,
  roomId: 'room000001',
  timestamp: '2026-01-01T00:00:00.000Z',
  messageType: 'text',
  seq,
});
const page = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => message(from + i));
const seqs = (messages: readonly Message[]) => messages.map((m) => m.seq);

describe('merging by seq', () => {
  test('every message appears once and in order, whatever way and order it comes', () => {
    const parts = [page(5, 8), page(2, 3), page(7, 12), [message(4)], page(2, 12)];
    for (const order of [parts, [...parts].reverse()]) {
      const merged = order.reduce<readonly Message[]>(mergeBySeq, []);
      expect(seqs(merged)).toEqual(seqs(page(2, 12)));
    }
  });

  test('nothing new gives the same array, so nothing is drawn again', () => {
    const known = page(2, 9);
    expect(mergeBySeq(known, page(4, 6))).toBe(known);
    expect(mergeBySeq(known, [])).toBe(known);
  });

  test('the id of another message hides nothing: only seq is a key', () => {
    const merged = mergeBySeq([message(2, 'same')], [message(3, 'same', 'by a stranger')]);
    expect(seqs(merged)).toEqual([2, 3]);
  });

  test('a later copy of an entry replaces the earlier one', () => {
    const merged = mergeBySeq(page(2, 4), [message(3, 'm3', 'edited')]);
    expect(merged[1]?.content).toBe('edited');
  });

  test('a page that repeats an entry within itself counts it once', () => {
    expect(seqs(mergeBySeq([], [message(3), message(2), message(3)]))).toEqual([2, 3]);
  });
});

describe('the state of a room', () => {
  const start = emptyRoom('room000001');

  test('a page that starts after the first message says that there is more', () => {
    expect(reduceRoom(start, { type: 'replaced', messages: page(50, 60) }).older).toBe('more');
    expect(reduceRoom(start, { type: 'replaced', messages: page(2, 60) }).older).toBe('none');
    expect(reduceRoom(start, { type: 'replaced', messages: [] }).older).toBe('none');
  });

  test('an empty older page is the beginning of the room', () => {
    const state = reduceRoom(start, { type: 'replaced', messages: page(50, 60) });
    expect(reduceRoom(state, { type: 'older', before: 50, messages: [] }).older).toBe('none');
    expect(seqs(reduceRoom(state, { type: 'older', before: 50, messages: page(40, 49) }).messages)).toEqual(seqs(page(40, 60)));
  });

  test('what could not be resumed is dropped, not mixed with the new page', () => {
    const before = reduceRoom(start, { type: 'received', messages: page(2, 10) });
    const after = reduceRoom(before, { type: 'replaced', messages: page(500, 510) });
    expect(seqs(after.messages)).toEqual(seqs(page(500, 510)));
    expect(after.older).toBe('more');
  });

  test('the own message that is stored while others are missed does not hide the gap before it', () => {
    const resumable = (state: RoomState) => state.cursor?.after;
    let state = reduceRoom(start, { type: 'replaced', messages: page(2, 4) });
    state = reduceRoom(state, { type: 'acknowledged', message: message(7) });
    expect(seqs(state.messages)).toEqual([2, 3, 4, 7]);
    expect(resumable(state)).toBe(4);
    state = reduceRoom(state, { type: 'received', messages: page(5, 8) });
    expect(seqs(state.messages)).toEqual(seqs(page(2, 8)));
    expect(resumable(state)).toBe(8);
    state = reduceRoom(state, { type: 'received', messages: [message(3)] });
    expect(resumable(state)).toBe(8);
    expect(resumable(reduceRoom(state, { type: 'replaced', messages: [] }))).toBeUndefined();
  });

  test('a failure to load does not take away what is already shown', () => {
    const ready = reduceRoom(start, { type: 'received', messages: page(2, 3) });
    expect(reduceRoom(ready, { type: 'load-failed' }).phase).toBe('ready');
    expect(reduceRoom(start, { type: 'load-failed' }).phase).toBe('failed');
  });

  test('a member who moves changes the count and is remembered', () => {
    const state = reduceRoom(start, { type: 'moved', clientId: 'bob', action: 'join', count: 2, at: 7 });
    expect(state).toMatchObject({ count: 2, lastMove: { clientId: 'bob', action: 'join', at: 7 } });
  });
});
