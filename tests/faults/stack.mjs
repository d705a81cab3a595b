// All services of one run, with a fault proxy on each way between them.
import { startEdge, startGateway, startHub, startRedis } from '../lib/services.mjs';
import { startBalancer } from '../lib/balancer.mjs';
import { startClocks } from './clocks.mjs';
import { startProxy } from './proxy.mjs';
import { startStoreProxy } from './store-proxy.mjs';

/** Two signs of life of a hub are this many ms apart, so that a silent stream is found out soon. */
const BEAT = 300;

/** What a hub is started with. */
const environment = ({ history, limits, beat = BEAT }) => ({
  BEAT_MS: String(beat),
  ...(history ? { HISTORY_LIMIT: String(history) } : {}),
  ...(limits ? { RATE_LIMITS: limits } : {}),
});

const numbered = (name, n) => Array.from({ length: n }, (_, i) => `${name}${i}`);

/** What an edge is told. */
const variables = ({ history, limits }) => ({
  ...(history ? { history_limit: String(history) } : {}),
  ...(limits ? { rate_limits: limits } : {}),
});

/**
 * Starts what `spec` asks for:
 * - `backend`  `redis` (default) or `embedded`
 * - `hubs`     how many, 1 by default
 * - `edge`     whether there is one
 * - `edges`    how many there are instead, behind one address: clients reach a hub by it, and through that an edge
 * - `proxies`  whether hub and edge reach the store by fault proxies (default), or directly
 * - `beat`     ms between a hub's signs of life
 * - `history`  entries kept per room
 * - `limits`   how much may be sent; as much as one likes by default
 * - `clocks`   whether each program has a wall clock of its own, which can be set
 * - `launch`   starts another hub program instead: `({redis, env}) => hub`
 * - `route`    see `store-proxy.mjs`: `(stack) => route`
 */
export async function startStack(spec, random) {
  const { backend = 'redis', hubs = 1, edge = false, edges = 0, proxies = true, history, launch = startHub } = spec;
  const things = [];
  const keep = (thing) => {
    things.push(thing);
    return thing;
  };
  const stop = async () => {
    for (const thing of things.splice(0).reverse()) await thing.stop();
  };
  try {
    const clocks = spec.clocks ? keep(await startClocks()) : null;
    const clock = (name) => clocks?.env(name) ?? {};
    const args = history ? ['--stream-node-max-entries', '10'] : [];
    const redis = backend === 'redis' ? keep(await startRedis({ args, env: clock('redis') })) : null;
    const gateway = keep(await startGateway({ backend: redis?.url ?? 'embedded', env: clock('gateway') }));
    const stack = { redis, gateway, clocks, processes: { gateway, ...(redis ? { redis } : {}) }, ways: {}, hubs: [], edge: null, front: null, balancers: {}, stop };
    const route = await spec.route?.(stack, keep);

    /** The way from `name` to the store: TCP faults first, then those of the protocol. */
    const way = async (name) => {
      if (!proxies) return gateway;
      const store = keep(await startStoreProxy({ url: () => gateway.url, random: random.fork(name), route }));
      const tcp = keep(await startProxy({ port: store.port }));
      Object.assign(stack.ways, { [`${name}:store`]: store, [`${name}:tcp`]: tcp });
      return { url: `http://127.0.0.1:${tcp.port}`, token: gateway.token };
    };
    /** A balancer before what `names` name. */
    const balance = async (names) => {
      const balancer = keep(await startBalancer(names.map((name) => stack.processes[name].port)));
      for (const name of names) stack.balancers[name] = balancer;
      return balancer;
    };
    for (let i = 0; i < edges; i += 1) {
      stack.processes[`edge${i}`] = keep(await startEdge({ redis: await way(`edge${i}`), hubUrl: '/', variables: variables(spec) }));
    }
    const behind = edges > 0 ? { EDGE_URL: (await balance(numbered('edge', edges))).url } : {};
    for (let i = 0; i < hubs; i += 1) {
      const hub = keep(await launch({ redis: await way(`hub${i}`), env: { ...environment(spec), ...behind, ...clock(`hub${i}`) } }));
      stack.hubs.push(hub);
      stack.processes[`hub${i}`] = hub;
    }
    if (edges > 0) stack.edge = stack.front = await balance(numbered('hub', hubs));
    if (edge) {
      stack.edge = keep(await startEdge({ redis: await way('edge'), variables: variables(spec), env: clock('edge') }));
      stack.processes.edge = stack.edge;
    }
    return stack;
  } catch (error) {
    await stop();
    throw error;
  }
}

const key = (roomId) => `room:{${roomId}}:log`;

/** The seq of a room's newest entry, asked of the store itself. */
export async function newestSeq({ gateway }, roomId) {
  const [entry] = await gateway.command('XREVRANGE', key(roomId), '+', '-', 'COUNT', '1');
  return Number(entry[0].slice(2));
}

/** The whole log, as the store has it. */
export async function readLog({ gateway }, roomId) {
  const entries = await gateway.command('XRANGE', key(roomId), '-', '+');
  return entries.map(([id, fields]) => {
    const value = (name) => fields[fields.indexOf(name) + 1];
    return { seq: Number(id.slice(2)), kind: value('k'), id: value('id') };
  });
}
