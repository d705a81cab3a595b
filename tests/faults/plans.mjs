// What the plans of the mixes are made of.

/** Readers and writers. `kinds` names them: `w` a socket over WebSocket, `p` over long-polling, `r` a sender by REST, `g` a
 * poller by REST. */
export function clients(random, kinds, { sends = [6, 14], pause = [30, 120], hubs = 1 } = {}) {
  return [...kinds].map((letter, i) => ({
    name: `${letter}${i}`,
    kind: { w: 'socket', p: 'socket', r: 'rest', g: 'poller' }[letter],
    clientId: random.uuid(),
    ...(letter === 'w' ? { transport: 'websocket' } : letter === 'p' ? { transport: 'polling' } : {}),
    ...(letter === 'g' ? { limit: random.pick([3, 20, 100]) } : { sends: random.int(...sends), pause: random.int(...pause), window: random.pick([1, 1, 2, 4]) }),
    ...('wp'.includes(letter) ? { hub: random.int(0, hubs - 1) } : {}),
  }));
}

/** `n` faults within `ms`, in their order. */
export const schedule = (random, n, ms, make) =>
  Array.from({ length: n }, () => ({ at: random.int(100, ms - 300), ...make() })).sort((a, b) => a.at - b.at);

export const TCP = (random) => ({
  kind: random.pick(['latency', 'drip', 'cut', 'cut', 'reset', 'half-open', 'reply-lost']),
  ms: random.pick([0, 50, 200, 400, 800]),
  wait: random.int(2, 60),
  bytes: random.int(16, 200),
});

export const STORE = (random) => ({
  kind: random.pick(['429', '500', '503', 'quota', 'truncated', 'lost', '502', '504', 'late']),
  ms: random.int(100, 900),
  share: random.pick([0.2, 0.5, 1]),
  wait: random.pick([50, 300, 900]),
});

export const cast = (random) => random.pick(['wwp', 'wpp', 'wwww', 'wp']);
