import { beforeEach, expect, test, vi } from 'vitest';

import { Link } from './link';

/** Stands in for socket.io's socket: what it was told, and what it tells. */
class FakeSocket {
  connected = false;
  id: string | undefined;
  connects = 0;
  readonly emitted: string[] = [];
  readonly listeners = new Map<string, ((payload: unknown) => void)[]>();
  answers = true;

  on(name: string, listener: (payload: unknown) => void) {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
  }
  onAny() {
    return this;
  }
  connect() {
    if (!this.connected) this.connects += 1;
  }
  disconnect() {
    if (this.connected) this.lose();
  }
  timeout(ms: number) {
    return {
      emit: (name: string, _payload: unknown, ack: (lost: Error | null, answer?: unknown) => void) => {
        this.emitted.push(name);
        if (this.answers) ack(null, { ok: true });
        else setTimeout(() => ack(new Error('timed out')), ms);
      },
    };
  }
  tell(name: string, payload?: unknown) {
    for (const listener of this.listeners.get(name) ?? []) listener(payload);
  }
  come() {
    this.connected = true;
    this.id = `socket ${this.connects}`;
    this.tell('connect');
  }
  lose() {
    this.connected = false;
    this.id = undefined;
    this.tell('disconnect');
  }
}

const made = vi.hoisted(() => ({ socket: undefined as unknown }));
vi.mock('socket.io-client', () => ({ io: () => made.socket }));

let socket: FakeSocket;
beforeEach(() => {
  vi.useFakeTimers();
  made.socket = socket = new FakeSocket();
});

function open() {
  const handlers = { up: vi.fn(), down: vi.fn(), refused: vi.fn(), event: vi.fn() };
  const link = new Link('http://hub.test', () => null, handlers);
  link.open();
  return { link, handlers };
}

test('after a hundred failures it still tries, never more than ten seconds apart', () => {
  open();
  for (let i = 1; i <= 100; i += 1) {
    expect(socket.connects).toBe(i);
    socket.tell('connect_error', new Error('no route'));
    vi.advanceTimersByTime(10_000);
  }
  expect(socket.connects).toBe(101);
});

test('each listener is bound once, however often the socket comes back', () => {
  const { handlers } = open();
  for (let i = 0; i < 10; i += 1) {
    socket.come();
    socket.lose();
    vi.advanceTimersByTime(10_000);
  }
  for (const [name, listeners] of socket.listeners) expect(listeners, name).toHaveLength(1);
  expect(handlers.up).toHaveBeenCalledTimes(10);
  expect(handlers.down).toHaveBeenCalledTimes(10);
});

test('a check on a lost socket connects at once instead of waiting', () => {
  const { link } = open();
  for (let i = 0; i < 6; i += 1) {
    socket.tell('connect_error', new Error('no route'));
    vi.advanceTimersByTime(10_000);
  }
  socket.tell('connect_error', new Error('no route'));
  const before = socket.connects;
  link.check();
  expect(socket.connects).toBe(before + 1);
});

test('a socket that does not answer a check within two seconds is dropped and replaced', () => {
  const { link, handlers } = open();
  socket.come();
  link.check();
  vi.advanceTimersByTime(5000);
  expect(handlers.down).not.toHaveBeenCalled();
  socket.answers = false;
  link.check();
  vi.advanceTimersByTime(1999);
  expect(handlers.down).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(handlers.down).toHaveBeenCalledTimes(1);
  expect(socket.connects).toBe(2);
});

test('a refused identity is told, by what the hub says', () => {
  const { handlers } = open();
  socket.tell('connect_error', new Error('store_unavailable: This hub is stopping; connect again'));
  expect(handlers.refused).not.toHaveBeenCalled();
  socket.tell('connect_error', new Error('unauthorized: The token is wrong'));
  expect(handlers.refused).toHaveBeenCalledTimes(1);
});

test('what cannot be sent is refused, not kept for later', () => {
  const { link } = open();
  const answer = vi.fn();
  link.ask('send_message', {}, 1000, answer);
  expect(answer.mock.calls[0]?.[0]).toMatchObject({ code: 'network' });
  expect(socket.emitted).toEqual([]);
});

test('a refusal in an ack becomes an error with its code and the time to wait', () => {
  const { link } = open();
  socket.come();
  const answer = vi.fn();
  vi.spyOn(socket, 'timeout').mockReturnValue({
    emit: (_name, _payload, ack) => ack(null, { ok: false, error: 'Too many messages', code: 'rate_limited', retryAfter: 3 }),
  });
  link.ask('send_message', {}, 1000, answer);
  expect(answer.mock.calls[0]?.[0]).toMatchObject({ code: 'rate_limited', message: 'Too many messages', retryAfter: 3000 });
});
