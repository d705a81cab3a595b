// The protocols below Socket.IO's clients, said by hand: what a client that keeps to them never says, and what it relies on.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';

import WebSocket from 'ws';

import { startGateway, startHub, until } from '../lib/services.mjs';
import { closers } from './client.mjs';

const things = closers();
let hub;
let path;

before(async () => {
  hub = things.add(await startHub({ redis: things.add(await startGateway()) }));
  path = `${hub.url}/socket.io/`;
});
after(() => things.close());

const ask = async (query, options) => {
  const answer = await fetch(`${path}?${query}`, options);
  return { status: answer.status, text: await answer.text() };
};
const post = (session, body) => ask(session, { method: 'POST', body });

/** A session by long-polling: the query that names it. */
async function poller() {
  const { text } = await ask('EIO=4&transport=polling');
  return `EIO=4&transport=polling&sid=${JSON.parse(text.slice(1)).sid}`;
}

/** A WebSocket that keeps what it is told. */
async function webSocket(query = 'EIO=4&transport=websocket') {
  const socket = new WebSocket(`${path.replace('http', 'ws')}?${query}`);
  const said = [];
  socket.on('message', (data) => said.push(data.toString()));
  things.add({ close: () => socket.terminate() });
  await once(socket, 'open');
  return { socket, said, hears: (packet) => until(() => said.some((text) => text.startsWith(packet)), { what: packet }) };
}

/** How the hub closes the connection upon this. */
async function ending(query, ...packets) {
  const { socket } = await webSocket(query);
  const closed = once(socket, 'close');
  for (const packet of packets) socket.send(packet);
  const [code] = await closed;
  return code;
}

test('a request that is no session is refused with Engine.IO\'s own codes', async () => {
  const cases = [
    ['EIO=3&transport=polling', {}, 5],
    ['transport=polling', {}, 5],
    ['EIO=4&transport=pigeon', {}, 0],
    ['EIO=4&transport=polling&sid=nobody', {}, 1],
    ['EIO=4&transport=polling', { method: 'POST', body: '40' }, 2],
    ['EIO=4&transport=websocket', {}, 3],
  ];
  for (const [query, options, code] of cases) {
    const { status, text } = await ask(query, options);
    assert.deepEqual([status, JSON.parse(text).code], [400, code], query);
  }
});

test('packets of one poll are taken in their order and answered in it', async () => {
  const session = await poller();
  assert.deepEqual(await post(session, '40\x1e421["set_username","a"]\x1e422["get_room_by_id","aaaaaaaaaa"]'), { status: 200, text: 'ok' });
  const heard = [];
  while (heard.length < 3) heard.push(...(await ask(session)).text.split('\x1e'));
  assert.match(heard[0], /^40\{"sid":"[\w-]{20}"\}$/);
  assert.equal(heard[1], '431[{"ok":true}]');
  assert.match(heard[2], /^432\[null,\{"ok":false,/);
});

test('two polls at once, a payload that is too long, and packets that are none end the session', async () => {
  const two = await poller();
  const first = ask(two);
  // The first has begun when the second is refused; whichever comes first waits.
  const answers = [await ask(two), await first];
  assert.deepEqual(answers.map(({ status }) => status), [400, 400]);
  const endings = [['x'.repeat(256 * 1024 + 1), 413], ['nonsense', 400], ['40\x1e40', 400], ['49', 400]];
  for (const [payload, status] of endings) {
    const session = await poller();
    assert.equal((await post(session, payload)).status, status, payload.slice(0, 10));
    assert.equal(JSON.parse((await ask(session)).text).code, 1, 'the session is gone');
  }
});

test('a namespace that there is not is refused, and the session goes on', async () => {
  const { socket, hears } = await webSocket();
  socket.send('40/admin,{"token":"x"}');
  await hears('44/admin,{"message":"Invalid namespace"}');
  socket.send('40');
  await hears('40{"sid":');
});

test('a socket may end and another come in the same session', async () => {
  const { socket, said, hears } = await webSocket();
  socket.send('40');
  await hears('40{');
  socket.send('41');
  socket.send('42["set_username","nobody hears this"]');
  socket.send('40');
  await until(() => said.filter((text) => text.startsWith('40{')).length === 2, { what: 'a second socket' });
  socket.send('420["set_username","a"]');
  await hears('430[{"ok":true}]');
});

test('a WebSocket that breaks the rules is closed and told why', async () => {
  assert.equal(await ending(undefined, 'x'.repeat(256 * 1024 + 1)), 1009);
  const { socket } = await webSocket();
  const closed = once(socket, 'close');
  socket._socket.write(Buffer.from([0xc1, 0x80, 0, 0, 0, 0]));
  assert.equal((await closed)[0], 1002);
  const other = await webSocket();
  const ended = once(other.socket, 'close');
  other.socket._socket.write(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff]));
  assert.equal((await ended)[0], 1007);
});

test('a WebSocket\'s ping is answered with what it carried, and its close with a close', async () => {
  const { socket } = await webSocket();
  const pong = once(socket, 'pong');
  socket.ping('are you there');
  assert.equal((await pong)[0].toString(), 'are you there');
  const closed = once(socket, 'close');
  socket.close(1000);
  assert.equal((await closed)[0], 1000);
});

test('an event in several frames is one event', async () => {
  const { socket, hears } = await webSocket();
  socket.send('40');
  for (const [part, fin] of [['425["set_', false], ['user', false], ['name","a"]', true]]) socket.send(part, { fin });
  await hears('435[{"ok":true}]');
});

test('an upgrade that fails leaves the session as it was, and one that works takes over what waits', async () => {
  const session = await poller();
  await post(session, '40');
  await ask(session);
  const websocket = session.replace('polling', 'websocket');
  const failed = await webSocket(websocket);
  failed.socket.send('nonsense');
  await once(failed.socket, 'close');
  await post(session, '421["set_username","a"]');
  assert.equal((await ask(session)).text, '431[{"ok":true}]');

  const { socket, said, hears } = await webSocket(websocket);
  socket.send('2probe');
  await hears('3probe');
  assert.equal((await ask(session)).text, '6', 'a poll does not keep the client waiting');
  // In one piece, so that the event is there before the session has changed.
  socket._socket.cork();
  socket.send('5');
  socket.send('422["set_username","a"]');
  socket._socket.uncork();
  await hears('432[{"ok":true}]');
  assert.deepEqual(said, ['3probe', '432[{"ok":true}]']);
  assert.equal((await ask(session)).status, 400, 'it polls no more');
  assert.equal((await post(session, '41')).status, 400);
  socket.send('423["set_username","a"]');
  await hears('433[{"ok":true}]');
});
