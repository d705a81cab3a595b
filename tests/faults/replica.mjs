// A replica behind its leader. Reads go to it, as a store with replicas may do; a read whose sync token names a write that
// the replica does not have yet goes to the leader, as such a store promises.
import net from 'node:net';

import { startGateway, startRedis, until } from '../lib/services.mjs';
import { startProxy } from './proxy.mjs';

const READS = new Set(['GET', 'MGET', 'EXISTS', 'HGET', 'HMGET', 'HGETALL', 'HKEYS', 'XRANGE', 'XREVRANGE', 'ZRANGE', 'ZREVRANGE', 'ZCARD']);
const TOKEN = 'upstash-sync-token';

/** Asks a redis-server, again and again, how far its replication log goes. */
function offsets(port, field) {
  const socket = net.connect(port, '127.0.0.1').setEncoding('utf8');
  const asking = [];
  let text = '';
  socket.on('error', (error) => asking.splice(0).forEach(({ reject }) => reject(error)));
  socket.on('data', (more) => {
    text += more;
    for (;;) {
      const [head, length] = /^\$(\d+)\r\n/.exec(text) ?? [];
      const end = head && head.length + Number(length) + 2;
      if (!head || text.length < end) return;
      asking.shift().resolve(Number(new RegExp(`${field}:(\\d+)`).exec(text)[1]));
      text = text.slice(end);
    }
  });
  return {
    now: () => new Promise((resolve, reject) => {
      asking.push({ resolve, reject });
      socket.write('INFO replication\r\n');
    }),
    stop: async () => socket.destroy(),
  };
}

/**
 * Starts a replica `lag` ms behind `redis`, and gives the route of `store-proxy.mjs` that reads from it. The route's
 * `level()` waits until the replica has everything; `fall(ms)` sets how far it is behind from then on.
 */
export async function replica({ redis, gateway, keep, lag = 0 }) {
  await redis.command('CONFIG', 'SET', 'repl-diskless-sync-delay', '0');
  const way = keep(await startProxy({ port: redis.port }));
  const follower = keep(await startRedis({ args: ['--replicaof', '127.0.0.1', String(way.port)] }));
  await until(async () => (await follower.command('INFO', 'replication')).includes('master_link_status:up'), { what: 'the replica' });
  const fall = (ms) => way.fault('latency', { ms: 2 ** 30, wait: ms });
  fall(lag);
  const reader = keep(await startGateway({ backend: follower.url, token: gateway.token }));
  const leads = keep(offsets(redis.port, 'master_repl_offset'));
  const follows = keep(offsets(follower.port, 'slave_repl_offset'));

  const names = (request, body) => {
    const parsed = JSON.parse(body.toString() || '[]');
    const commands = request.url === '/pipeline' ? parsed : [parsed];
    return commands.map(([name]) => String(name).toUpperCase());
  };

  const route = async (request, body) => {
    const reads = request.url !== '/multi-exec' && names(request, body).every((name) => READS.has(name));
    // A token is how far the leader's log went when the answer was given.
    const known = Number(request.headers[TOKEN] || 0);
    const behind = reads && (await follows.now()) >= known;
    return {
      url: behind ? reader.url : gateway.url,
      behind,
      ask: async (go) => {
        const answer = await go();
        // What the replica shows proves nothing newer than what the reader knew.
        const token = behind ? known : await leads.now();
        return { ...answer, headers: { ...answer.headers, [TOKEN]: String(token) } };
      },
    };
  };
  const level = () => until(async () => (await follows.now()) >= (await leads.now()), { what: 'the replica to have everything' });
  return Object.assign(route, { fall, level });
}
