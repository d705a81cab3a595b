// How much one client and one address may do, with the limits on.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';

import { startGateway, startHub, until } from '../lib/services.mjs';
import { closers, join, newRoom, open, registered, send } from './client.mjs';

const services = closers();
const clients = closers();
let gateway;
let hub;

/** Behind a proxy on this machine, so that a test can say where a client comes from. */
const env = { RATE_LIMITS: 'on', TRUSTED_PROXIES: '127.0.0.1' };
const from = (address) => ({ extraHeaders: { 'x-forwarded-for': address } });
const come = async (address, id, options = {}) => clients.add(await registered(hub, id, { ...from(address), ...options }));
const text = (roomId, content = 'x') => ['send_message', { roomId, content }];
/** Sends so many at once and gives the acks. */
const burst = (client, roomId, count) => Promise.all(Array.from({ length: count }, () => client.ask(...text(roomId))));
const passed = (acks) => acks.filter((ack) => ack.ok).length;

before(async () => {
  gateway = services.add(await startGateway());
  hub = services.add(await startHub({ redis: gateway, env }));
});
afterEach(() => clients.close());
after(() => services.close());

for (const transport of ['websocket', 'polling']) {
  describe(`by ${transport}`, () => {
    const block = transport === 'websocket' ? '198.51.100' : '203.0.113';

    test('twenty messages pass at once, then five a second; the rest is told when to come again', async () => {
      const client = await come(`${block}.1`, undefined, { transport });
      const roomId = await newRoom(client);
      await join(client, roomId);
      const start = Date.now();
      const acks = await burst(client, roomId, 60);
      const allowed = 20 + Math.ceil((Date.now() - start) / 200);
      assert.ok(passed(acks) >= 20 && passed(acks) <= allowed, `${passed(acks)} of 60 in ${Date.now() - start} ms`);
      const refused = acks.filter((ack) => !ack.ok);
      for (const { code, retryAfter, error } of refused) {
        assert.deepEqual([code, retryAfter, error], ['rate_limited', 1, 'Too many messages; try again in 1 s']);
      }
      const complaints = client.all('error');
      assert.equal(complaints.length, refused.length);
      assert.deepEqual(complaints[0], { message: refused[0].error, code: 'rate_limited', retryAfter: 1 });
      await until(async () => (await client.ask(...text(roomId, 'later'))).ok, { interval: 200, what: 'the limit to pass' });
      await client.wait('new_message', (message) => message.content === 'later');
      assert.equal(client.all('new_message').length, passed(acks) + 1, 'what was refused was shown to nobody');
    });

    test('identities of one address are counted together, those of another are not touched', async () => {
      const owner = await come(`${block}.2`, undefined, { transport });
      const roomId = await newRoom(owner);
      const crowd = await Promise.all([1, 2, 3, 4].map(() => come(`${block}.3`, undefined, { transport })));
      const start = Date.now();
      const acks = (await Promise.all(crowd.map((client) => burst(client, roomId, 15)))).flat();
      const allowed = 20 + Math.ceil((Date.now() - start) / 200);
      assert.ok(passed(acks) >= 20 && passed(acks) <= allowed, `${passed(acks)} of 60`);
      assert.equal((await send(owner, roomId, 'I may')).content, 'I may');
    });

    test('the sockets of one identity are counted together, wherever they come from', async () => {
      const id = crypto.randomUUID();
      const crowd = await Promise.all([4, 5, 6, 7].map((last) => come(`${block}.${last}`, id, { transport })));
      const roomId = await newRoom(crowd[0]);
      const start = Date.now();
      const acks = (await Promise.all(crowd.map((client) => burst(client, roomId, 15)))).flat();
      const allowed = 20 + Math.ceil((Date.now() - start) / 200);
      assert.ok(passed(acks) >= 20 && passed(acks) <= allowed, `${passed(acks)} of 60`);
    });
  });
}

test('ten rooms an hour come from one address', async () => {
  const [client, other] = [await come('198.51.100.20'), await come('198.51.100.20')];
  const answers = [];
  for (let i = 0; i < 12; i += 1) answers.push(await (i % 2 ? client : other).askAll('create_room', { name: 'x' }));
  const ids = answers.map(([id]) => id);
  assert.ok(ids.slice(0, 10).every((id) => typeof id === 'string') && ids[10] === null && ids[11] === null, JSON.stringify(ids));
  const [, refusal] = answers[10];
  assert.deepEqual([refusal.ok, refusal.code], [false, 'rate_limited']);
  assert.ok(refusal.retryAfter > 300 && refusal.retryAfter <= 360, String(refusal.retryAfter));
  assert.equal(typeof (await newRoom(await come('198.51.100.21'))), 'string');
});

test('a socket that asks without end is answered, refused, and stays connected', async () => {
  const client = await come('198.51.100.30');
  const roomId = await newRoom(client);
  const answers = await Promise.all(Array.from({ length: 300 }, () => client.ask('get_room_messages', roomId)));
  const refused = answers.filter((answer) => answer.code === 'rate_limited');
  assert.ok(refused.length > 20 && refused.length < 210, `${refused.length} of 300 were refused`);
  assert.ok(client.socket.connected);
  await until(async () => (await client.ask('get_room_messages', roomId)).ok, { interval: 100 });
});

test('an address in a header is not believed from a peer that is no trusted proxy', async () => {
  const open = services.add(await startHub({ redis: gateway, env: { RATE_LIMITS: 'rooms=1/h' } }));
  const say = async (address) => {
    const client = clients.add(await registered(open, undefined, from(address)));
    return client.ask('create_room', { name: 'x' });
  };
  assert.equal(typeof (await say('198.51.100.40')), 'string');
  assert.equal(await say('198.51.100.41'), null, 'both came from 127.0.0.1');
});

test('an address with too many connections gets no more, and gets them again when some end', async () => {
  const strict = services.add(
    await startHub({ redis: gateway, env: { MAX_CONNECTIONS_PER_ADDRESS: '5', COUNT_LOOPBACK: 'true' } }),
  );
  const connections = Array.from({ length: 12 }, () => net.connect(strict.port, '127.0.0.1'));
  const closed = new Set();
  for (const connection of connections) {
    connection.on('error', () => {}).on('close', () => closed.add(connection)).resume();
  }
  // The one that asked for readiness may still be there.
  await until(() => closed.size === 7 || closed.size === 8, { what: 'the surplus to be closed' });
  for (const connection of connections) connection.destroy();
  const client = clients.add(open(strict));
  await until(() => client.socket.connected, { what: 'a connection after the others have ended' });
});

test('sessions of one address are counted, by polling too, and one that ends gives its place to another', async () => {
  const strict = services.add(await startHub({ redis: gateway, env: { TRUSTED_PROXIES: '127.0.0.1', MAX_CONNECTIONS_PER_ADDRESS: '5' } }));
  const path = `${strict.url}/socket.io/?EIO=4&transport=polling`;
  const shake = (address) => fetch(path, { headers: { 'x-forwarded-for': address } });
  const opened = await Promise.all(Array.from({ length: 12 }, () => shake('198.51.100.60')));
  const [passed, refused] = [opened.filter(({ ok }) => ok), opened.filter(({ ok }) => !ok)];
  assert.deepEqual([passed.length, refused.length], [5, 7]);
  for (const answer of refused) {
    assert.deepEqual([answer.status, answer.headers.get('retry-after'), (await answer.json()).code], [429, '5', 'rate_limited']);
  }
  const socket = clients.add(open(strict, { ...from('198.51.100.60'), reconnection: false }));
  await once(socket.socket, 'connect_error');
  assert.ok((await shake('198.51.100.61')).ok, 'another address is not touched');

  const { sid } = JSON.parse((await passed[0].text()).slice(1));
  const say = (body) => fetch(`${path}&sid=${sid}`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
  assert.ok((await say('40')).ok);
  assert.match(await (await fetch(`${path}&sid=${sid}`)).text(), /40\{/);
  assert.ok((await say('1')).ok);
  await until(async () => (await shake('198.51.100.60')).ok, { what: 'the place of the session that ended' });
  assert.equal((await shake('198.51.100.60')).status, 429);
});

test('a session that goes from polling to a WebSocket counts once, and its end frees its place', async () => {
  const strict = services.add(await startHub({ redis: gateway, env: { TRUSTED_PROXIES: '127.0.0.1', MAX_CONNECTIONS_PER_ADDRESS: '2' } }));
  const come = async () => {
    const client = clients.add(open(strict, { ...from('198.51.100.62'), transports: ['polling', 'websocket'] }));
    await until(() => client.socket.io.engine?.transport?.name === 'websocket', { what: 'the upgrade' });
    return client;
  };
  const [first] = [await come(), await come()];
  const third = clients.add(open(strict, from('198.51.100.62')));
  await once(third.socket, 'connect_error');
  first.close();
  await until(() => third.socket.connected, { what: 'the place of the first' });
});

test('the longest message fits in a frame, also when its client writes JSON in ASCII', async () => {
  const client = await come('198.51.100.50');
  const roomId = await newRoom(client);
  await join(client, roomId);
  const content = '😀'.repeat(16_000);
  const json = JSON.stringify(['send_message', { roomId, content }]).replaceAll(/[\u0080-\uffff]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  assert.ok(json.length > 128 * 1024 && json.length < 256 * 1024, String(json.length));
  client.socket.io.engine.transport.ws.send(`42${json}`);
  assert.equal((await client.wait('new_message')).content, content);
});

test('a request whose head does not end is cut off after ten seconds', async () => {
  const socket = net.connect(hub.port, '127.0.0.1');
  const start = Date.now();
  socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n');
  socket.resume();
  await once(socket, 'close');
  const seconds = (Date.now() - start) / 1000;
  assert.ok(seconds > 9, `${seconds} s`);
});
