import { describe, expect, test, vi } from 'vitest';

import { ApiError } from '../api/http';
import type { Message } from '../api/types';
import { Outbox, OUTBOX_LIFE } from './outbox';
import type { Pending } from './room-state';
import { Sender } from './sender';

let names = 0;

function setUp(transmit: (item: Pending) => Promise<Message>, name = `outbox-${(names += 1)}`) {
  const outbox = new Outbox(name);
  const sent: Message[] = [];
  const sender = new Sender({ outbox, transmit, sent: (message) => sent.push(message), changed: () => undefined, settled: () => undefined });
  return { name, outbox, sender, sent };
}

const item = (messageId: string, createdAt = Date.now()): Pending => ({
  messageId,
  roomId: 'room000001',
  content: messageId,
  username: 'Alice',
  avatar: { text: 'A', color: 'primary' },
  images: [],
  createdAt,
  state: 'waiting',
});

let seq = 1;
const stored = (pending: Pending): Message => ({
  id: pending.messageId,
  clientId: 'alice',
  content: pending.content,
  roomId: pending.roomId,
  timestamp: '2026-01-01T00:00:00.000Z',
  messageType: 'text',
  seq: (seq += 1),
});

describe('sending', () => {
  test('messages of a room go out one by one, in the order in which they were typed', async () => {
    const open: string[] = [];
    let most = 0;
    const { sender, sent } = setUp(async (pending) => {
      open.push(pending.messageId);
      most = Math.max(most, open.length);
      await Promise.resolve();
      open.pop();
      return stored(pending);
    });
    await Promise.all([sender.add(item('a')), sender.add(item('b')), sender.add(item('c'))]);
    await vi.waitFor(() => expect(sent.map((m) => m.id)).toEqual(['a', 'b', 'c']));
    expect(most).toBe(1);
    expect(sender.pendingOf('room000001')).toEqual([]);
  });

  test('a lost answer is asked for again with the same id, and the next message waits for it', async () => {
    const attempts: string[] = [];
    const { sender, sent } = setUp((pending) => {
      attempts.push(pending.messageId);
      if (attempts.length === 1) return Promise.reject(new ApiError('lost', 'network', 0));
      return Promise.resolve(stored(pending));
    });
    await sender.add(item('a'));
    await sender.add(item('b'));
    await vi.waitFor(() => expect(attempts).toEqual(['a']));
    sender.wake();
    await vi.waitFor(() => expect(sent.map((m) => m.id)).toEqual(['a', 'b']));
    expect(attempts).toEqual(['a', 'a', 'b']);
  });

  test('a refusal marks the message failed, lets the next one go, and Retry sends it with its id', async () => {
    let refuse = true;
    const { sender, sent, outbox } = setUp((pending) =>
      pending.messageId === 'bad' && refuse
        ? Promise.reject(new ApiError('too long', 'invalid_field', 422))
        : Promise.resolve(stored(pending)),
    );
    await sender.add(item('bad'));
    await sender.add(item('good'));
    await vi.waitFor(() => expect(sent.map((m) => m.id)).toEqual(['good']));
    expect(sender.pendingOf('room000001')).toMatchObject([{ messageId: 'bad', state: 'failed', failure: 'invalid_field' }]);
    await vi.waitFor(async () => expect(await outbox.restore()).toMatchObject([{ messageId: 'bad', state: 'failed' }]));
    refuse = false;
    sender.retry('bad');
    await vi.waitFor(() => expect(sent.map((m) => m.id)).toEqual(['good', 'bad']));
  });

  test('what was not sent survives the page, and is sent by the next one', async () => {
    const first = setUp(() => new Promise<Message>(() => undefined));
    await first.sender.add(item('a', Date.now() - 2));
    await first.sender.add(item('b', Date.now() - 1));
    const second = setUp((pending) => Promise.resolve(stored(pending)), first.name);
    await second.sender.restore();
    await vi.waitFor(() => expect(second.sent.map((m) => m.id)).toEqual(['a', 'b']));
    await vi.waitFor(async () => expect(await second.outbox.restore()).toEqual([]));
  });

  test('a message is sent also where nothing can be kept', async () => {
    vi.spyOn(console, 'warn').mockReturnValue();
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    const { sender, sent } = setUp((pending) => Promise.resolve(stored(pending)));
    await sender.add(item('a'));
    await vi.waitFor(() => expect(sent.map((m) => m.id)).toEqual(['a']));
  });

  test('what waited longer than an id stays usable is failed, not sent', async () => {
    const { sender, outbox, sent } = setUp((pending) => Promise.resolve(stored(pending)));
    await outbox.put(item('old', Date.now() - OUTBOX_LIFE - 1));
    await sender.restore();
    expect(sender.pendingOf('room000001')).toMatchObject([{ messageId: 'old', state: 'failed', failure: 'expired' }]);
    expect(sent).toEqual([]);
  });

  test('a message seen in the room is no longer pending', async () => {
    const { sender, outbox } = setUp(() => new Promise<Message>(() => undefined));
    await sender.add(item('a'));
    sender.confirm(['a', 'unknown']);
    expect(sender.pendingOf('room000001')).toEqual([]);
    await vi.waitFor(async () => expect(await outbox.restore()).toEqual([]));
  });

  test('without its failed image a message is sent; without its only one it is discarded', async () => {
    const image = (key: string, failure?: string) => ({ key, blob: new Blob([key]), width: 1, height: 1, ...(failure ? { failure } : {}) });
    const { sender, sent } = setUp((pending) =>
      pending.images.some(({ failure }) => failure) ? Promise.reject(new ApiError('no', 'too_large', 413)) : Promise.resolve(stored(pending)),
    );
    await sender.add({ ...item('two'), images: [image('a'), image('b', 'too_large')] });
    await sender.add({ ...item('one'), content: '', images: [image('c', 'too_large')] });
    await vi.waitFor(() => expect(sender.pendingOf('room000001').map(({ state }) => state)).toEqual(['failed', 'failed']));
    await sender.removeImage('two', 'b');
    await sender.removeImage('one', 'c');
    await vi.waitFor(() => expect(sent.map(({ id }) => id)).toEqual(['two']));
    expect(sender.pendingOf('room000001')).toEqual([]);
  });
});
