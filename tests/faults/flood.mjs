// How long others wait while one client floods: prints the median with and without the flood, limits on and off.
//
//   node tests/faults/flood.mjs [--seconds 5] [--innocents 20] [--flooders 8]
//
// Loopback only; it ends by itself. Nothing is asserted: the figures depend on the machine.
import { fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { memoryOf } from '../lib/process.mjs';
import { startEdge, startGateway, startHub } from '../lib/services.mjs';
import { join, newRoom, registered } from '../sockets/client.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    innocents: { type: 'string', default: '20' },
    flooders: { type: 'string', default: '8' },
    flood: { type: 'string' },
  },
});
const [seconds, innocents, flooders] = [values.seconds, values.innocents, values.flooders].map(Number);
const from = (address) => ({ 'x-forwarded-for': address });
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
const rss = async (pid) => (await memoryOf(pid)).now / 1024 ** 2;

/** Resolves when the member is shown this content. */
function sight(member, content) {
  if (!member.awaited) {
    member.awaited = new Map();
    member.socket.on('new_message', (message) => member.awaited.get(message.content)?.());
  }
  return new Promise((resolve) => member.awaited.set(content, resolve)).then(() => member.awaited.delete(content));
}

/** Each innocent sends twice a second; gives the milliseconds to the ack, and to the last member's sight of it. */
async function talk(members, roomId, end) {
  const [acks, sights] = [[], []];
  const one = async (member, i) => {
    await new Promise((resolve) => setTimeout(resolve, (500 * i) / members.length));
    while (Date.now() < end) {
      const content = crypto.randomUUID();
      const start = performance.now();
      const seen = members.map((other) => sight(other, content));
      const ack = await member.ask('send_message', { roomId, content });
      if (!ack.ok) throw new Error(`an innocent client was refused: ${JSON.stringify(ack)}`);
      acks.push(performance.now() - start);
      await Promise.all(seen);
      sights.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  await Promise.all(members.map(one));
  return { ack: median(acks), sight: median(sights), count: acks.length };
}

/** Floods from a process of its own, so that the time it takes is not measured; it yields, as if on another machine. */
function floodFromElsewhere(...target) {
  const child = fork(fileURLToPath(import.meta.url), ['--flooders', values.flooders, '--flood', JSON.stringify(target)]);
  setPriority(child.pid, 19);
  return new Promise((resolve, reject) => child.once('message', resolve).once('error', reject));
}

/** Everybody of one address sends as fast as answers come, by sockets and by REST. */
async function flood(hub, edge, roomId, end) {
  const answers = { ok: 0, refused: 0 };
  const count = (ok) => (answers[ok ? 'ok' : 'refused'] += 1);
  const headers = from('203.0.113.1');
  const sockets = await Promise.all(
    Array.from({ length: flooders }, () => registered(hub, undefined, { extraHeaders: headers })),
  );
  const bySocket = sockets.map(async (socket) => {
    while (Date.now() < end) {
      const acks = await Promise.all(
        Array.from({ length: 20 }, () => socket.ask('send_message', { roomId, content: 'flood '.repeat(50) })),
      );
      for (const ack of acks) count(ack.ok);
    }
    socket.close();
  });
  const byRest = Array.from({ length: flooders }, async () => {
    while (Date.now() < end) {
      const response = await fetch(`${edge.url}/api/rooms/${roomId}/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ clientId: 'flooder', content: 'flood '.repeat(50) }),
      });
      await response.arrayBuffer();
      count(response.ok);
    }
  });
  await Promise.all([...bySocket, ...byRest]);
  return answers;
}

if (values.flood) {
  const answers = await flood(...JSON.parse(values.flood));
  process.send(answers, () => process.exit(0));
}
for (const limits of values.flood ? [] : ['on', 'off']) {
  const redis = await startGateway();
  const env = { RATE_LIMITS: limits, TRUSTED_PROXIES: '127.0.0.1' };
  const hub = await startHub({ redis, env });
  const edge = await startEdge({ redis, variables: { rate_limits: limits }, args: ['--trusted-proxies', '127.0.0.1'] });
  const members = await Promise.all(
    Array.from({ length: innocents }, (_, i) => registered(hub, undefined, { extraHeaders: from(`198.51.100.${i + 1}`) })),
  );
  const roomId = await newRoom(members[0]);
  for (const member of members) await join(member, roomId);
  const span = () => Date.now() + seconds * 1000;
  await talk(members, roomId, Date.now() + 2000);
  const quiet = await talk(members, roomId, span());
  const before = await rss(hub.pid());
  const end = span();
  const [loud, answers] = await Promise.all([
    talk(members, roomId, end),
    floodFromElsewhere({ url: hub.url }, { url: edge.url }, roomId, end),
  ]);
  const after = await rss(hub.pid());
  const ms = (number) => `${number.toFixed(1)} ms`;
  console.log(`limits ${limits}: ${innocents} innocent clients, median of ack and of the last member's sight`);
  console.log(`  quiet   ${ms(quiet.ack)}  ${ms(quiet.sight)}  (${quiet.count} messages)`);
  console.log(`  flooded ${ms(loud.ack)}  ${ms(loud.sight)}  (${loud.count} messages), x${(loud.ack / quiet.ack).toFixed(2)} x${(loud.sight / quiet.sight).toFixed(2)}`);
  console.log(`  flood: ${answers.ok + answers.refused} requests, ${answers.ok} stored, ${answers.refused} refused; hub RSS ${before.toFixed(1)} -> ${after.toFixed(1)} MB`);
  for (const member of members) member.close();
  for (const service of [edge, hub, redis]) await service.stop();
}
if (!values.flood) process.exit(0);
