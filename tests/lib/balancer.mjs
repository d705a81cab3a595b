// One address before several servers, as a platform gives one: each connection goes to the next server in turn.
import { once } from 'node:events';
import net from 'node:net';

import { freePort } from './process.mjs';

/**
 * Passes each connection on to the next of `ports`; when that one does not accept it, to the one after it. `out(port)` leaves a
 * server out, `back(port)` takes it in again; `taken` counts the connections that each port got.
 */
export async function startBalancer(ports) {
  const taken = new Map(ports.map((port) => [port, 0]));
  const away = new Set();
  const open = new Set();
  let next = 0;
  const track = (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    return socket;
  };
  /** A connection to the next server that accepts one; nothing when none does. */
  const reach = async () => {
    for (let tries = 0; tries < ports.length; tries += 1) {
      const port = ports[next++ % ports.length];
      if (away.has(port)) continue;
      const far = track(net.connect(port, '127.0.0.1'));
      const accepted = await new Promise((resolve) => far.once('connect', () => resolve(true)).once('error', () => resolve(false)));
      if (!accepted) continue;
      taken.set(port, taken.get(port) + 1);
      return far;
    }
    return null;
  };
  const server = net.createServer({ pauseOnConnect: true }, async (near) => {
    track(near).on('error', () => {});
    const far = await reach();
    if (!far) return void near.destroy();
    for (const [from, to] of [[near, far], [far, near]]) {
      from.setNoDelay(true);
      from.on('error', () => to.destroy()).on('close', () => to.end()).pipe(to);
    }
    if (near.destroyed) far.destroy();
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    taken,
    out: (server) => away.add(server),
    back: (server) => away.delete(server),
    stop: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
