import { describe, expect, test } from 'vitest';

import type { Message } from '../api/types';
import { emptyRoom, reduceRoom, type RoomAction, type RoomState } from './room-state';
import { shownMessages, shownOlder } from './window';

const message = (seq: number): Message => ({
  id: `m${seq}`,
  clientId: 'alice',
  content: `text ${seq}`,
  roomId: 'room000001',
  timestamp: '2026-01-01T00:00:00.000Z',
  messageType: 'text',
  seq,
});
const page = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => message(from + i));
const seqs = (messages: readonly Message[]) => messages.map(({ seq }) => seq);
const after = (...actions: RoomAction[]) => actions.reduce(reduceRoom, emptyRoom('room000001'));
const live = (from: number, to: number): RoomAction => ({ type: 'replaced', messages: page(from, to) });
const around = (seq: number, from: number, to: number): RoomAction => ({ type: 'around', seq, messages: page(from, to) });

describe('reading around an old message', () => {
  test('the old stretch is shown alone, while the live log and its cursor go on beside it', () => {
    const state = after(live(901, 1000), around(200, 101, 300), { type: 'received', messages: page(1001, 1002) });
    expect(seqs(shownMessages(state))).toEqual(seqs(page(101, 300)));
    expect(seqs(state.messages)).toEqual(seqs(page(901, 1002)));
    expect(state.cursor?.after).toBe(1002);
    expect(state.target).toEqual({ seq: 200, state: 'found' });
  });

  test('pages forward reach the live log, and both become one without a gap', () => {
    const state = after(live(301, 320), around(150, 101, 200), { type: 'newer', after: 200, messages: page(201, 300) });
    expect(state.window).toBeNull();
    expect(seqs(shownMessages(state))).toEqual(seqs(page(101, 320)));
    expect(shownOlder(state)).toBe('more');
  });

  test('joining the live log does not take the reader to another place', () => {
    const detached = after(live(301, 320), around(150, 101, 200));
    expect(reduceRoom(detached, { type: 'newer', after: 200, messages: page(201, 310) }).view).toBe(detached.view);
  });

  test('a message that the live log has is shown there', () => {
    const state = after(live(50, 100), around(70, 50, 100));
    expect(state.window).toBeNull();
    expect(seqs(shownMessages(state))).toEqual(seqs(page(50, 100)));
  });

  test('what is found before the live log has come waits for it, and then joins it', () => {
    const found = after(around(60, 40, 90));
    expect(found.phase).toBe('loading');
    expect(seqs(reduceRoom(found, live(80, 120)).messages)).toEqual(seqs(page(40, 120)));
    expect(seqs(shownMessages(reduceRoom(found, live(500, 600))))).toEqual(seqs(page(40, 90)));
  });

  test('a page that was asked for elsewhere changes nothing', () => {
    const state = after(live(301, 320), around(150, 101, 200));
    expect(reduceRoom(state, { type: 'newer', after: 77, messages: page(78, 90) })).toBe(state);
    expect(reduceRoom(state, { type: 'older', before: 301, messages: page(201, 300) })).toBe(state);
  });

  test('the way back to the newest leaves nothing of the old stretch', () => {
    const state = after(live(301, 320), around(150, 101, 200), { type: 'to-newest' });
    expect(seqs(shownMessages(state))).toEqual(seqs(page(301, 320)));
    expect(state.target?.state).toBe('told');
  });

  test('a log that was reset drops the stretch of the old one', () => {
    expect(after(live(301, 320), around(150, 101, 200), live(2, 5)).window).toBeNull();
    expect(after(live(301, 320), around(150, 101, 200), { type: 'newer', after: 200, messages: [] }).window).toBeNull();
  });
});

test('whatever comes in whatever order, what is shown has each message once, in order and without a gap', () => {
  for (let seed = 1; seed <= 300; seed += 1) walk(seed);
});

/** A reader and a log that grows, at random. */
function walk(seed: number): void {
  const random = generator(seed);
  let newest = 2 + random(600);
  let state: RoomState = reduceRoom(emptyRoom('room000001'), live(Math.max(2, newest - 20), newest));
  for (let step = 0; step < 60; step += 1) {
    const action = next();
    state = reduceRoom(state, action);
    const shown = seqs(shownMessages(state));
    const context = `seed ${seed}, step ${step}, ${action.type}`;
    expect(shown, context).toEqual(seqs(page(shown[0] ?? 0, shown.at(-1) ?? -1)));
    expect(seqs(state.messages), context).toEqual(seqs(page(state.messages[0]?.seq ?? 0, state.cursor?.after ?? -1)));
    expect(state.cursor?.after, context).toBe(newest);
    expect(shownOlder(state), context).toBe(shown[0] === 2 ? 'none' : 'more');
    if (!state.window) expect(shown.at(-1), context).toBe(newest);
  }

  function next(): RoomAction {
    const shown = shownMessages(state);
    switch (random(6)) {
      case 0: {
        const messages = page(newest + 1, newest + 1 + random(3));
        newest += messages.length;
        return { type: 'received', messages };
      }
      case 1: {
        const seq = 2 + random(newest - 1);
        const messages = state.messages.some((known) => known.seq === seq)
          ? []
          : page(Math.max(2, seq - random(30)), Math.min(newest, seq + random(30)));
        return { type: 'around', seq, messages };
      }
      case 2: {
        const before = shown[0]?.seq ?? 0;
        return { type: 'older', before, messages: page(Math.max(2, before - 25), before - 1) };
      }
      case 3: {
        const last = state.window?.messages.at(-1)?.seq ?? 0;
        return { type: 'newer', after: last, messages: page(last + 1, Math.min(newest, last + 25)) };
      }
      case 4:
        newest += random(50);
        return live(Math.max(2, newest - 20), newest);
      default:
        return random(3) === 0 ? { type: 'to-newest' } : { type: 'received', messages: page(Math.max(2, newest - 3), newest) };
    }
  }
}

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}
