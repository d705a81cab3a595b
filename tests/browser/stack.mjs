// The services that a page needs, each a process of its own, so that the hub can fall while the rest stands.
import path from 'node:path';

import { root } from '../lib/process.mjs';
import { freePort, startEdge, startGateway, startHub } from '../lib/services.mjs';
import { writeLog } from './log.mjs';

const own = path.join(root, 'spin.toml');

/** `env` is what all programs get besides, `variables` what the application does. */
export async function startStack({ env = {}, variables = {} } = {}) {
  const [edgePort, hubPort] = [await freePort(), await freePort()];
  const origin = `http://localhost:${edgePort}`;
  const redis = await startGateway({ env });
  const hub = await startHub({ redis, port: hubPort, env: { CLIENT_URL: origin, ...env } });
  const edge = await startEdge({ redis, port: edgePort, hubUrl: `http://localhost:${hubPort}`, variables, env });
  const api = (path, options) => call(edge.url, path, options);
  return {
    /** The page's address. `localhost` is a secure context, as the clipboard needs. */
    origin,
    hosts: [`localhost:${edgePort}`, `localhost:${hubPort}`],
    redis,
    hub,
    api,
    /** Replaces the edge by one that serves another application; without one, the page that was built here. */
    async serve(manifest = own) {
      await edge.end();
      await edge.restart(manifest);
    },
    /** A room made by a script, with a function that says something in it as somebody. */
    async room(name, description = '') {
      const room = await api(`/api/clients/test-script/rooms`, { name, description });
      const say = (username, content) =>
        api(`/api/rooms/${room.id}/messages`, { clientId: `script-${idPart(username)}`, content, username });
      /** `count` messages, `text(n)` for n from 1, faster than any sender may; for a room that nobody has open yet. */
      const fill = (count, text) => writeLog(redis, room.id, count, text);
      /** As many from several senders at once, by the way that shows them to whoever has the room open, in no certain order. */
      const burst = async (count, text) => {
        let next = 1;
        const writer = async () => {
          while (next <= count) await say('Script', text(next++));
        };
        await Promise.all(Array.from({ length: 16 }, writer));
      };
      return { ...room, say, fill, burst };
    },
    async messages(roomId) {
      return api(`/api/rooms/${roomId}/messages?limit=200`);
    },
    async stop() {
      await edge.stop();
      await hub.stop();
      await redis.stop();
    },
  };
}

/** A name as a client id may hold it. */
const idPart = (name) => name.replaceAll(/[^\w-]/gu, (letter) => letter.codePointAt(0).toString(16));

async function call(base, path, body) {
  const response = await fetch(base + path, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
