// What is asked of a system once it has recovered, beside the history: each gives the broken demands.
import { until } from '../lib/process.mjs';
import { open } from '../sockets/client.mjs';

/** Every member that is there counts, on every hub, and nobody else. */
export async function presence({ stack, cast, roomId }) {
  const members = new Set([...cast.values()].filter(({ client }) => client.joins > 0).map(({ role }) => role.clientId));
  const violations = [];
  for (const [i, hub] of stack.hubs.entries()) {
    const observer = open(hub, { auth: { clientId: crypto.randomUUID() } });
    let count;
    // A hub may still wait for an answer of the store on a connection that is dead.
    const right = async () => {
      ({ count } = await observer.ask('join_room', roomId));
      return count === members.size + 1;
    };
    try {
      await until(right, { timeout: 20_000, interval: 250, what: 'the right count' });
    } catch (error) {
      violations.push({ demand: 'whoever is there counts', text: `hub${i} counts ${count} of ${members.size + 1}: ${error.message}`, seqs: [], ids: [] });
    } finally {
      observer.close();
    }
  }
  return violations;
}

/** A token counts whatever the time is where it was issued and where it is shown. */
export async function token({ stack: { clocks, edge, hubs } }) {
  const HOURS = 3_600_000;
  const violations = [];
  const demand = (ok, text) => ok || violations.push({ demand: 'a token has no age', text, seqs: [], ids: [] });
  for (const hours of [11, -11]) {
    clocks.set('edge', hours * HOURS);
    const identity = await (await fetch(`${edge.url}/api/clients`, { method: 'POST' })).json();
    clocks.set('edge', -hours * HOURS);
    const headers = { authorization: `Bearer ${identity.token}` };
    const rooms = await fetch(`${edge.url}/api/clients/${identity.clientId}/rooms`, { headers });
    demand(rooms.ok, `the edge answered ${rooms.status}`);
    for (const [i, hub] of hubs.entries()) {
      clocks.set(`hub${i}`, -hours * HOURS);
      const client = open(hub);
      const answer = await client.ask('register', identity);
      client.close();
      demand(answer.ok, `hub${i} answered ${answer.code}`);
    }
  }
  return violations;
}

/** How long a hub and an edge may take to end, in ms: what docs/operations.md tells a platform to give them. */
const END = 10_000;

/** Each process that was to be replaced was ended in order, within its time. */
export function replaced({ stack, plan }) {
  const names = plan.faults.flatMap((fault) => fault.names ?? []);
  const ended = stack.replaced ?? [];
  const found = ended
    .filter(({ code, ms }) => code !== 0 || ms > END)
    .map(({ name, code, signal, ms }) => `${name} ended after ${ms} ms with ${signal ?? code}`);
  if (ended.length !== names.length) found.push(`${ended.length} of ${names.length} were replaced`);
  return found.map((text) => ({ demand: 'ends in order', text, seqs: [], ids: [] }));
}

/** Refusals that every client takes as a reason to ask again. */
const AGAIN = new Set(['store_unavailable', 'outcome_unknown']);

/** No reader was refused for good: what it heard was that the connection broke, or to come again. */
export function patience({ recorder }) {
  return recorder.members.flatMap(({ name, events }) =>
    events
      .filter(({ type, code }) => type === 'refused' && !AGAIN.has(code) && !/^(E[A-Z]+|UND_ERR_\w+|TimeoutError)$/.test(code))
      .map(({ code }) => ({ demand: 'no error that is not retried', text: `${name} was refused with ${code}`, seqs: [], ids: [], member: name })),
  );
}
