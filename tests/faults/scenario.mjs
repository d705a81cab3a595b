// Plays one seed of a mix: starts a stack, lets clients talk while the plan's faults happen, heals everything, waits until
// all have caught up, and has the history judged.
import { until } from '../lib/process.mjs';
import { check, outcomeOf } from './checker.mjs';
import { Member } from './member.mjs';
import { startProxy } from './proxy.mjs';
import { seeded } from './random.mjs';
import { Recorder } from './recorder.mjs';
import { Poller, RestSender } from './rest.mjs';
import { newestSeq, readLog, startStack } from './stack.mjs';
import { talk } from './talk.mjs';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
/** Time for everything to be right again once all faults are over. */
const RECOVERY = 45_000;
/** So many come in at once. */
const BATCH = 200;
/** Refusals that a store under stress gives reason for. */
const EXPECTED = new Set(['store_unavailable', 'rate_limited']);

/** What `mix` does with `seed`: pure, the same each time. */
export function planOf(mix, seed) {
  return mix.plan(seeded(`${mix.name}:${seed}`));
}

/** Plays a seed. Gives `{plan, violations, history, counts}`; `launch` starts another hub program. */
export async function play(mix, seed, { launch } = {}) {
  const plan = planOf(mix, seed);
  const random = seeded(`${mix.name}:${seed}:play`);
  const recorder = new Recorder();
  const stack = await startStack({ ...plan.stack, ...(launch ? { launch } : {}), route: mix.route?.(plan) }, random.fork('stack'));
  const cast = new Map();
  const finish = new AbortController();
  try {
    const roomId = await newRoom(stack);
    for (const role of plan.clients) cast.set(role.name, await enter({ role, stack, roomId, recorder }));
    for (const role of crowd(plan, random)) cast.set(role.name, await enter({ role, stack, roomId, recorder }));
    const readers = [...cast.values()].map(({ client }) => client).filter((client) => client.connect);
    for (let i = 0; i < readers.length; i += BATCH) {
      const batch = readers.slice(i, i + BATCH);
      for (const reader of batch) reader.connect();
      await until(() => batch.every(({ joined }) => joined), { timeout: 60_000, what: 'all members to join' });
    }

    const context = { stack, cast, recorder, random, signal: finish.signal, traffic: [], damage: [] };
    for (const actor of cast.values()) {
      if (actor.role.sends > 0) context.traffic.push(talk(context, actor, actor.role.sends));
    }
    const began = Date.now();
    for (const fault of plan.faults) {
      await sleep(began + fault.at - Date.now());
      apply(context, fault);
    }
    await sleep(began + plan.ms - Date.now());
    await Promise.all(context.damage);
    for (const way of Object.values(stack.ways)) way.heal();
    for (const { proxy } of cast.values()) proxy?.heal();

    const late = await recovery(context, readers, roomId, finish);
    for (const audit of mix.audits ?? []) late.violations.push(...(await audit({ stack, cast, roomId, recorder, plan })));
    // First the readers stop, then the log is read: whatever was shown must be in it.
    const goal = late.goal;
    for (const { client } of cast.values()) await client.close?.();
    const log = await readLog(stack, roomId);
    const history = { sends: recorder.sends, members: recorder.members, log, goal, reloads: plan.reloads ?? false };
    const violations = [...late.violations, ...unexpected(recorder), ...check(history)];
    const proxies = Object.values(stack.ways).reduce((sum, way) => sum + (way.hits?.() ?? 0), 0);
    return { plan, violations, history, counts: count(history, proxies) };
  } finally {
    finish.abort();
    for (const { client, proxy } of cast.values()) {
      await client.close?.();
      await proxy?.stop();
    }
    await stack.stop();
  }
}

/** Readers that do nothing but read, and come back within five seconds. */
function crowd({ crowd: n = 0 }, random) {
  return Array.from({ length: n }, (_, i) => ({ name: `c${i}`, kind: 'crowd', clientId: random.uuid(), transport: 'websocket' }));
}

/** A room, made past all proxies. */
async function newRoom({ hubs }) {
  const { io } = await import('socket.io-client');
  const socket = io(hubs[0].url, { transports: ['websocket'], forceNew: true, auth: { clientId: crypto.randomUUID() } });
  try {
    return await socket.timeout(20_000).emitWithAck('create_room', { name: 'Faults' });
  } finally {
    socket.disconnect();
  }
}

async function enter({ role, stack, roomId, recorder }) {
  const { name, clientId } = role;
  if (role.kind === 'rest') return { role, client: new RestSender({ name, url: () => stack.edge.url, roomId, clientId }) };
  if (role.kind === 'poller') return { role, client: new Poller({ name, recorder, url: () => stack.edge.url, roomId, limit: role.limit }) };
  if (role.kind === 'crowd') {
    const { url } = stack.hubs[0];
    const options = { reconnectionDelay: 2500, reconnectionDelayMax: 2500, randomizationFactor: 1, timeout: 20_000 };
    return { role, client: new Member({ name, recorder, url: () => url, roomId, transport: role.transport, clientId, probes: false, options }) };
  }
  // Each socket has a way of its own, so that it can be cut alone.
  const proxy = await startProxy({ port: (stack.front ?? stack.hubs[role.hub ?? 0]).port });
  const url = () => `http://127.0.0.1:${proxy.port}`;
  return { role, proxy, client: new Member({ name, recorder, url, roomId, transport: role.transport, clientId }) };
}

/** Makes a fault of the plan happen. */
function apply(context, fault) {
  const { stack, cast } = context;
  const [what, name] = fault.on.split('/');
  if (what === 'client') cast.get(name).proxy.fault(fault.kind, fault);
  else if (what === 'way' && fault.kind === 'heal') stack.ways[name].heal();
  else if (what === 'way') stack.ways[name].fault(fault.kind, fault);
  else if (what === 'clock') stack.clocks.set(name, fault.ms);
  else if (what === 'process') context.damage.push(strike(stack.processes[name], fault));
  else if (what === 'roll') context.damage.push(roll(context, fault));
  else if (what === 'move') {
    const { proxy, client } = cast.get(name);
    proxy.turn(stack.hubs[fault.hub].port);
    client.move();
  } else if (what === 'reload') cast.get(name).client.reload();
  else if (what === 'burst') context.traffic.push(talk(context, cast.get(name), fault.n, { window: 32, pause: 0 }));
  else throw new Error(`no such target: ${fault.on}`);
}

/** A process is killed, ended in order, or stopped, and comes back after `ms`. */
async function strike(process, { kind, ms }) {
  if (kind === 'stop') {
    process.signal('SIGSTOP');
    await sleep(ms);
    process.signal('SIGCONT');
    return;
  }
  await (kind === 'kill' ? process.kill() : process.end());
  await sleep(ms);
  await process.restart();
}

/**
 * Ends processes in order, one after the other, while everybody talks, and has a new one in the place of each before the next
 * goes. The balancer is not told before: it finds a closed port. It gives the new one connections when that is ready.
 */
async function roll(context, { names, messages }) {
  const { stack, cast } = context;
  stack.replaced = [];
  for (const name of names) {
    for (const actor of cast.values()) {
      if (actor.role.sends > 0) context.traffic.push(talk(context, actor, messages));
    }
    const began = Date.now();
    const { code, signal } = await stack.processes[name].end();
    stack.replaced.push({ name, code, signal, ms: Date.now() - began });
    stack.balancers[name].out(stack.processes[name].port);
    await stack.processes[name].restart();
    stack.balancers[name].back(stack.processes[name].port);
  }
}

/** Everything is healed: waits until all is sent, the hubs are ready, and every reader has seen the newest message. */
async function recovery({ stack, recorder, traffic }, readers, roomId, finish) {
  const violations = [];
  const end = Date.now() + RECOVERY;
  const within = async (what, condition) => {
    try {
      await until(condition, { timeout: Math.max(1, end - Date.now()), interval: 30, what });
    } catch (error) {
      violations.push({ demand: 'recovers by itself', text: error.message, seqs: [], ids: [] });
    }
  };
  let sent = false;
  const sending = Promise.all(traffic).then(() => { sent = true; });
  await within('every message to be settled', () => sent);
  finish.abort();
  await sending;
  await within('the hubs to be ready', async () => (await Promise.all(stack.hubs.map(({ url }) => fetch(`${url}/readyz`)))).every(({ ok }) => ok));
  const acked = recorder.sends.flatMap(({ attempts }) => attempts.filter(({ kind }) => kind === 'acked').map(({ seq }) => seq));
  let goal = Math.max(1, ...acked);
  let newest;
  const reached = () => readers.every(({ last }) => goal === 1 || (last?.seq ?? 0) >= goal);
  try {
    await until(
      async () => {
        newest = await newestSeq(stack, roomId);
        goal = Math.max(goal, newest);
        return reached();
      },
      { timeout: Math.max(1, end - Date.now()), interval: 30, what: 'all readers' },
    );
  } catch {
    // The checker says who has not seen what.
  }
  return { violations, goal };
}

/** Refusals that nothing gave reason for. */
function unexpected({ sends }) {
  return sends.flatMap(({ id, attempts }) =>
    attempts
      .filter(({ kind, code }) => kind === 'refused' && !EXPECTED.has(code))
      .map(({ code }) => ({ demand: 'refused with reason', text: `${id} was refused with ${code}`, seqs: [], ids: [id] })),
  );
}

function count({ sends, members }, hits) {
  const outcomes = sends.map(outcomeOf);
  const of = (kind) => outcomes.filter((outcome) => outcome === kind).length;
  const events = members.flatMap((member) => member.events);
  const pages = events.filter(({ type, after }) => type === 'page' && after !== null);
  return {
    sent: sends.length,
    acked: of('acked'),
    refused: of('refused'),
    unknown: of('unknown'),
    retried: sends.filter(({ attempts }) => attempts.length > 1).length,
    cuts: events.filter(({ type, why }) => type === 'cut' && why !== 'closed').length,
    resumes: pages.filter(({ recovered }) => recovered).length,
    reloads: pages.filter(({ recovered }) => !recovered).length + events.filter(({ type }) => type === 'reload').length,
    hits,
  };
}
