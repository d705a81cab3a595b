// A TCP proxy that does to its connections what networks do. It decides nothing: faults are told to it.
import { once } from 'node:events';
import net from 'node:net';

/** What is still delayed when the run is over keeps nobody waiting. */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref());

/**
 * Listens on a free port of loopback and passes everything on to `port`, which may not listen yet.
 *
 * `fault(kind, {ms, wait, bytes})` begins a fault; it ends after `ms`, or by `heal()`:
 * - `latency`     every piece comes `wait` ms later
 * - `drip`        pieces of `bytes` bytes, one each `wait` ms
 * - `cut`         all connections end, new ones are closed at once
 * - `reset`       all connections are reset, new ones too
 * - `half-open`   all connections, new ones too, stay open and swallow everything, also after the fault has ended
 * - `reply-lost`  requests are passed on; the connection ends when the answer comes, which is swallowed
 */
export async function startProxy({ port }) {
  const links = new Set();
  let fault = null;
  let timer;
  const end = (link, reset = false) => {
    for (const socket of [link.near, link.far]) {
      if (reset && socket === link.near) socket.resetAndDestroy();
      else socket.destroy();
    }
    links.delete(link);
  };

  /** Hands on one piece; pieces of one direction come here one after the other. */
  const hand = async (link, to, piece, isReply, due) => {
    if (due > Date.now()) await sleep(due - Date.now());
    if (link.dead || !to.writable) return;
    if (fault?.kind === 'reply-lost' && isReply) {
      end(link);
      return;
    }
    let rest = piece;
    while (fault?.kind === 'drip' && rest.length > fault.bytes && to.writable) {
      to.write(rest.subarray(0, fault.bytes));
      rest = rest.subarray(fault.bytes);
      await sleep(fault.wait);
    }
    if (link.dead || !to.writable) return;
    to.write(rest);
  };

  const server = net.createServer((near) => {
    if (fault?.kind === 'cut') return near.destroy();
    if (fault?.kind === 'reset') return near.resetAndDestroy();
    const far = net.connect(port, '127.0.0.1');
    const link = { near, far, dead: fault?.kind === 'half-open' };
    links.add(link);
    for (const [from, to, isReply] of [[near, far, false], [far, near, true]]) {
      let before = Promise.resolve();
      from.setNoDelay(true);
      from.on('data', (piece) => {
        const due = fault?.kind === 'latency' ? Date.now() + fault.wait : 0;
        before = before.then(() => hand(link, to, piece, isReply, due));
      });
      // Both ends' errors are followed by `close`.
      from.on('error', () => {});
      from.on('close', () => {
        before.then(() => {
          if (link.dead && isReply) return;
          to.end();
          links.delete(link);
        });
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const heal = () => {
    clearTimeout(timer);
    fault = null;
  };
  return {
    port: server.address().port,
    fault(kind, { ms = 0, wait = 0, bytes = 1 } = {}) {
      heal();
      fault = { kind, wait, bytes };
      for (const link of [...links]) {
        if (kind === 'half-open') link.dead = true;
        if (kind === 'cut' || kind === 'reset') end(link, kind === 'reset');
      }
      timer = setTimeout(heal, ms).unref();
    },
    heal,
    /** Passes new connections on to another port; those that stand stay. */
    turn: (to) => {
      port = to;
    },
    async stop() {
      heal();
      for (const link of [...links]) end(link);
      server.close();
      await once(server, 'close');
    },
  };
}
