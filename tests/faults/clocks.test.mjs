// Programs whose wall clocks are set while they run.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import * as api from '../lib/api.mjs';
import { startEdge, startGateway, startHub, startRedis, until } from '../lib/services.mjs';
import { closers, newRoom, registered } from '../sockets/client.mjs';
import { startClocks } from './clocks.mjs';

const HOUR = 3_600_000;
const LIMITS = 'messages=5/s:5';

const things = closers();
let clocks;
let redis;
let embedded;
let hub;
let edge;

before(async () => {
  clocks = things.add(await startClocks());
  redis = things.add(await startRedis({ env: clocks.env('redis') }));
  const gateway = things.add(await startGateway({ backend: redis.url, env: clocks.env('gateway') }));
  embedded = things.add(await startGateway({ env: clocks.env('embedded') }));
  hub = things.add(await startHub({ redis: gateway, env: { RATE_LIMITS: LIMITS, ...clocks.env('hub') } }));
  edge = things.add(await startEdge({ redis: gateway, variables: { rate_limits: LIMITS }, env: clocks.env('edge') }));
});
after(() => things.close());

/** Sends a text by socket or by REST: the answer, with `ok`. */
const ways = {
  async hub() {
    const client = things.add(await registered(hub));
    const roomId = await newRoom(client);
    return async () => {
      const { ok, message, code } = await client.ask('send_message', { roomId, content: 'x' });
      return { ok, timestamp: message?.timestamp, code };
    };
  },
  async edge() {
    const me = await api.newClient(edge.url);
    const room = await api.newRoom(edge.url, me);
    const text = { body: { clientId: me.clientId, content: 'x' }, token: me.token };
    return async () => {
      const { status, body } = await api.request(edge.url, 'POST', `/api/rooms/${room.id}/messages`, text);
      return { ok: status === 201, timestamp: body.timestamp, code: body.code };
    };
  },
};

test('each program goes by the clock that it was given', async () => {
  const off = (timestamp) => Math.round((timestamp - Date.now()) / HOUR) + 0;
  const times = {
    redis: async () => Number((await redis.command('TIME')).split('\n')[0]) * 1000,
    embedded: async () => Number((await embedded.command('TIME'))[0]) * 1000,
  };
  for (const [name, way] of Object.entries(ways)) {
    const send = await way();
    times[name] = async () => Date.parse((await until(async () => { const sent = await send(); return sent.ok && sent; })).timestamp);
  }
  for (const [name, time] of Object.entries(times)) {
    for (const hours of [0, 5, -5, 0]) {
      clocks.set(name, hours * HOUR);
      assert.equal(off(await time()), hours, name);
    }
  }
});

for (const [name, way] of Object.entries(ways)) {
  test(`${name}: whoever sent too much when the clock was ahead may soon send again when it is set back`, async () => {
    clocks.set(name, 5 * HOUR);
    const send = await way();
    const refused = async () => (await send()).code === 'rate_limited';
    await until(refused, { interval: 0, what: 'the limit' });
    clocks.set(name, -5 * HOUR);
    await until(async () => (await send()).ok, { timeout: 10_000, interval: 250, what: 'the limit to pass' });
    await until(refused, { interval: 0, what: 'the limit to hold again' });
    clocks.set(name, 0);
  });
}
