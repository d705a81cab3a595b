// Nobody misses a message silently, and nobody sees one twice: resumes, restarts, cuts, gaps, a store that went back.
// A store that is down: store-down.test.mjs.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';

import { startGateway, startHub, startRedis, until } from '../lib/services.mjs';
import { closers, join, newRoom, open, registered, send } from './client.mjs';

const things = closers();
let redis;
let gateway;
let hub;

const come = async (id, options) => things.add(await registered(hub, id, options));
const ready = async () => (await fetch(`${hub.url}/readyz`)).ok;
const metric = async (name, of = hub) => {
  const text = await (await fetch(`${of.url}/metrics`)).text();
  const line = text.split('\n').find((l) => l.startsWith(`${name} `));
  return Number(line.split(' ').at(-1));
};
const seqs = (messages) => messages.map((m) => m.seq);
const range = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

beforeEach(async () => {
  redis = things.add(await startRedis());
  gateway = things.add(await startGateway({ backend: redis.url }));
  hub = things.add(await startHub({ redis: gateway, env: { BEAT_MS: '1000' } }));
});
afterEach(() => things.close());

/** A page as it should be: registers by its handshake, resumes on each connect, and merges what it gets by seq. */
const page = async (roomId, options = {}) => {
  const issuer = await come();
  const { clientId, token } = await issuer.ask('register', '');
  issuer.close();
  const client = things.add(open(hub, { auth: { clientId, token }, autoConnect: false, ...options }));
  const view = { messages: [], joins: [], doubles: 0 };
  const take = (message) => {
    if (view.messages.some((m) => m.seq === message.seq)) view.doubles += 1;
    else view.messages.push(message);
  };
  const rejoin = async () => {
    const last = view.messages.at(-1);
    const answer = await client
      .ask('join_room', { roomId, ...(last ? { after: last.seq, afterId: last.id } : {}) })
      .catch(() => undefined);
    if (answer?.ok) view.joins.push(answer);
  };
  client.socket.on('connect', rejoin);
  client.socket.on('message_history', (messages) => {
    for (const message of messages) take(message);
  });
  client.socket.on('new_message', take);
  client.socket.connect();
  await until(() => view.joins.length === 1, { what: 'the first join' });
  return { ...client, view, id: clientId };
};

describe('resuming', () => {
  test('a join after a seq gets just what was missed', async () => {
    const [owner, guest] = [await come(), await come()];
    const roomId = await newRoom(owner);
    const sent = [];
    for (let i = 0; i < 10; i += 1) sent.push(await send(owner, roomId, `${i}`));
    const resume = async (cursor) => {
      const from = guest.seen.length;
      const answer = await join(guest, { roomId, ...cursor });
      return { recovered: answer.recovered, seqs: seqs(guest.all('message_history', from)[0]) };
    };
    for (let round = 0; round < 2; round += 1) {
      assert.deepEqual(await resume({ after: 8, afterId: sent[6].id }), { recovered: true, seqs: [9, 10, 11] });
      assert.deepEqual(await resume({ after: 11 }), { recovered: true, seqs: [] });
      assert.deepEqual(await resume({ after: 0 }), { recovered: true, seqs: range(2, 11) });
      assert.deepEqual(await resume({ after: 8, afterId: sent[0].id }), { recovered: false, seqs: range(2, 11) });
      assert.deepEqual(await resume({ after: 999 }), { recovered: false, seqs: range(2, 11) });
      await guest.ask('leave_room', roomId);
    }
    assert.ok((await metric('roomtalk_hub_resumes_total')) >= 6);
  });

  test('a long absence is served from the store, and more than a page starts again', async () => {
    const [owner, guest] = [await come(), await come()];
    const roomId = await newRoom(owner);
    await join(owner, roomId);
    for (let i = 0; i < 320; i += 1) owner.emit('send_message', { roomId, content: `${i}` });
    await owner.wait('new_message', (m) => m.seq === 321);
    const resume = async (after) => {
      const from = guest.seen.length;
      const answer = await join(guest, { roomId, after });
      return [answer.recovered, seqs(guest.all('message_history', from)[0])];
    };
    assert.deepEqual(await resume(150), [true, range(151, 321)]);
    assert.deepEqual(await resume(121), [true, range(122, 321)], 'partly older than the cache');
    assert.deepEqual(await resume(20), [false, range(222, 321)]);
  });

  test('coming back in a crowd costs no command of the store but presence', async () => {
    const owner = await come();
    const roomId = await newRoom(owner);
    await join(owner, roomId);
    const last = await send(owner, roomId, 'x');
    const crowd = await Promise.all(range(1, 30).map(() => come()));
    const calls = async () => {
      const text = await (await fetch(`${hub.url}/metrics`)).text();
      const line = /^roomtalk_hub_store_calls_total\{op="(page|room|rooms_of|append)",outcome="\w+"\} (\d+)$/gm;
      return [...text.matchAll(line)].reduce((sum, [, , n]) => sum + Number(n), 0);
    };
    const before = await calls();
    await Promise.all(crowd.map((client) => join(client, { roomId, after: last.seq, afterId: last.id })));
    await Promise.all(crowd.map((client) => join(client, roomId)));
    await Promise.all(crowd.map((client) => client.ask('get_room_messages', roomId)));
    assert.equal(await calls(), before);
  });
});

test('whoever loses the connection and comes back at once costs no command of the store', async () => {
  const clients = [];
  const calls = async () => {
    const text = await (await fetch(`${hub.url}/metrics`)).text();
    const line = /^roomtalk_hub_store_calls_total\{op="(\w+)",outcome="ok"\} (\d+)$/gm;
    const beats = ['beat', 'check', 'live_hubs', 'subscribe'];
    return Object.fromEntries([...text.matchAll(line)].filter(([, op]) => !beats.includes(op)).map(([, op, n]) => [op, Number(n)]));
  };
  for (let i = 0; i < 5; i += 1) clients.push(things.add(open(hub, { auth: { clientId: crypto.randomUUID() } })));
  const roomId = await newRoom(clients[0]);
  const { join: joinsBefore } = await calls();
  for (const client of clients) await join(client, roomId);
  // The first one's presence is written by entering.
  await until(async () => (await calls()).join === joinsBefore + 4, { what: 'presence to be written' });
  const before = await calls();
  const { latestSeq } = await join(clients[0], roomId);
  for (const client of clients) {
    const back = new Promise((resolve) => client.socket.once('connect', resolve));
    client.socket.io.engine.close();
    await back;
    assert.equal((await join(client, { roomId, after: latestSeq })).recovered, true);
  }
  assert.deepEqual(await calls(), before);
});

describe('after a cut', () => {
  /** Sends numbered messages all the time; a message that is not acknowledged is sent again with its id. */
  const talk = (client, roomId) => {
    const state = { acknowledged: 0, stopping: false };
    state.ended = (async () => {
      while (!state.stopping) {
        const messageId = crypto.randomUUID();
        const content = `message ${state.acknowledged}`;
        for (;;) {
          const send = client.ask('send_message', { roomId, content, messageId });
          const answer = await send.catch(() => ({ ok: false, code: 'no ack' }));
          if (answer.ok) break;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        state.acknowledged += 1;
      }
    })();
    return state;
  };

  const interruptions = {
    'kill -9 and restart of the hub': async () => {
      await hub.kill();
      await hub.restart();
    },
    'an orderly restart of the hub': async () => {
      await hub.stop();
      await hub.restart();
    },
    'kill -9 and restart of the gateway': async () => {
      await gateway.kill();
      await gateway.restart();
    },
    'kill -9 and restart of redis': async () => {
      await redis.kill();
      await redis.restart();
    },
  };
  for (const [name, interrupt] of Object.entries(interruptions)) {
    test(`everybody sees every message once and in order after ${name}`, async () => {
      const owner = await come();
      const roomId = await newRoom(owner);
      const [sender, reader] = [await page(roomId), await page(roomId)];
      const talking = talk(sender, roomId);
      const more = async (n) => {
        const goal = talking.acknowledged + n;
        await until(() => talking.acknowledged >= goal, { what: `${n} more messages`, timeout: 30_000 });
      };
      await more(20);
      await interrupt();
      await until(ready, { what: 'the hub to be ready again' });
      await more(20);
      talking.stopping = true;
      await talking.ended;
      const contents = range(0, talking.acknowledged - 1).map((n) => `message ${n}`);
      for (const { view } of [sender, reader]) {
        await until(() => view.messages.length >= contents.length, { what: 'all messages' });
        assert.deepEqual(view.messages.map((m) => m.content), contents);
        assert.deepEqual(seqs(view.messages), range(2, contents.length + 1));
        assert.ok(view.joins.every((answer, i) => i === 0 || answer.recovered));
      }
    });
  }

  test('what came by another way while the stream was cut is shown when it is back', async () => {
    const [owner, guest] = [await come(), await come()];
    const roomId = await newRoom(owner);
    await join(guest, roomId);
    await send(owner, roomId, 'before');
    await guest.wait('new_message', (m) => m.content === 'before');
    // A second gateway on the same redis keeps working while the hub's own is gone.
    const other = things.add(await startGateway({ backend: redis.url }));
    const second = things.add(await startHub({ redis: other }));
    const writer = things.add(await registered(second));
    await gateway.kill();
    await until(async () => !(await ready()), { what: 'the cut to be noticed' });
    for (let i = 0; i < 5; i += 1) await send(writer, roomId, `meanwhile ${i}`);
    await gateway.restart();
    await guest.wait('new_message', (m) => m.content === 'meanwhile 4');
    assert.deepEqual(seqs(guest.all('new_message')), range(2, 7));
    assert.ok((await metric('roomtalk_hub_gaps_filled_total')) >= 1);
  });

  test('an event that was never published is filled before anything later is shown', async () => {
    const [owner, guest] = [await come(), await come()];
    const roomId = await newRoom(owner);
    await join(guest, roomId);
    const first = await send(owner, roomId, 'first');
    const lost = { ...first, id: crypto.randomUUID(), content: 'unpublished' };
    delete lost.seq;
    const log = `room:{${roomId}}:log`;
    await gateway.command('XADD', log, '0-*', 'k', 'message', 'id', lost.id, 'm', JSON.stringify(lost));
    await send(owner, roomId, 'third');
    await guest.wait('new_message', (m) => m.content === 'third');
    assert.deepEqual(guest.all('new_message').map((m) => [m.seq, m.content]), [
      [2, 'first'],
      [3, 'unpublished'],
      [4, 'third'],
    ]);
  });

  test('an event that comes twice, or late, is shown once', async () => {
    const [owner, guest] = [await come(), await come()];
    const roomId = await newRoom(owner);
    await join(guest, roomId);
    const messages = [await send(owner, roomId, 'a'), await send(owner, roomId, 'b')];
    for (const message of [...messages, ...messages]) {
      const event = { kind: 'message', roomId, seq: message.seq, message };
      await gateway.command('PUBLISH', 'events', JSON.stringify(event));
    }
    await gateway.command('PUBLISH', 'events', 'rubbish');
    await gateway.command('PUBLISH', 'events', JSON.stringify({ kind: 'message', roomId }));
    const last = await send(owner, roomId, 'c');
    await guest.wait('new_message', (m) => m.seq === last.seq);
    assert.deepEqual(guest.all('new_message'), [...messages, last]);
  });

  test('an entry of a later version is counted and skipped', async () => {
    const [owner, guest] = [await come(), await come()];
    const roomId = await newRoom(owner);
    await join(guest, roomId);
    await send(owner, roomId, 'a');
    const log = `room:{${roomId}}:log`;
    await gateway.command('XADD', log, '0-*', 'k', 'reaction', 'id', 'x', 'm', '{}');
    await gateway.command('PUBLISH', 'events', JSON.stringify({ kind: 'reaction', roomId, seq: 3 }));
    await send(owner, roomId, 'b');
    await guest.wait('new_message', (m) => m.content === 'b');
    assert.deepEqual(seqs(guest.all('new_message')), [2, 4]);
    assert.equal(await metric('roomtalk_hub_gaps_filled_total'), 0);
  });

  test('a store that went back is told: new history and resync', async () => {
    const [owner, guest] = [await come(), await come()];
    const roomId = await newRoom(owner);
    await join(guest, roomId);
    const sent = [];
    for (let i = 0; i < 5; i += 1) sent.push(await send(owner, roomId, `${i}`));
    await guest.wait('new_message', (m) => m.content === '4');
    // As an unsynced store does after a crash: the newest entries are gone and their ids are given again.
    const log = `room:{${roomId}}:log`;
    await gateway.command('XDEL', log, '0-5', '0-6');
    await gateway.command('XSETID', log, '0-4');
    const from = guest.seen.length;
    const other = await send(owner, roomId, 'another fifth');
    assert.equal(other.seq, 5);
    assert.deepEqual(await guest.wait('resync', () => true, from), { roomId, latestSeq: 5 });
    const [history] = guest.all('message_history', from);
    assert.deepEqual(history.map((m) => m.content), ['0', '1', '2', 'another fifth']);
    assert.deepEqual(guest.names(from), ['message_history', 'resync']);
    const back = await join(guest, { roomId, after: 6, afterId: sent[4].id });
    assert.equal(back.recovered, false);
    const next = await send(owner, roomId, 'sixth');
    await guest.wait('new_message', (m) => m.seq === next.seq, from);
  });
});

describe('clients that are lost or slow', () => {
  test('SIGTERM lets clients reconnect, takes presence away, and ends the hub', async () => {
    const client = await come();
    const roomId = await newRoom(client);
    await join(client, roomId);
    const reasons = [];
    client.socket.on('disconnect', (reason) => reasons.push(reason));
    assert.deepEqual(await gateway.command('HLEN', `room:{${roomId}}:online`), 1);
    const { code } = await hub.stop();
    assert.equal(code, 0);
    assert.equal(await gateway.command('HLEN', `room:{${roomId}}:online`), 0);
    await until(() => reasons.length === 1, { what: 'the disconnect' });
    assert.notEqual(reasons[0], 'io server disconnect');
    await hub.restart();
    await until(() => client.socket.connected, { what: 'the reconnection' });
  });

  test('ten reconnects bring each message once', async () => {
    const owner = await come();
    const roomId = await newRoom(owner);
    const reader = await page(roomId);
    for (let i = 0; i < 10; i += 1) {
      const joins = reader.view.joins.length;
      reader.socket.io.engine.close();
      await send(owner, roomId, `${i}`);
      await until(() => reader.view.joins.length > joins, { what: 'a resume' });
    }
    const from = reader.seen.length;
    const last = await send(owner, roomId, 'last');
    await reader.wait('new_message', (m) => m.seq === last.seq);
    assert.deepEqual(seqs(reader.all('new_message', from)), [last.seq]);
    assert.deepEqual(seqs(reader.view.messages), range(2, 12));
    assert.equal(reader.view.doubles, 0);
  });

  test('a socket that does not read is closed, comes back and misses nothing', async () => {
    const owner = await come();
    const roomId = await newRoom(owner);
    const reader = await page(roomId);
    const tcp = reader.socket.io.engine.transport.ws._socket;
    tcp.pause();
    const filler = 'x'.repeat(15_000);
    let sent = 0;
    await until(
      async () => {
        for (let i = 0; i < 20; i += 1, sent += 1) await send(owner, roomId, `${sent} ${filler}`);
        return (await metric('roomtalk_hub_slow_closes_total')) === 1;
      },
      { what: 'the slow socket to be closed', timeout: 60_000 },
    );
    const last = await send(owner, roomId, 'last');
    tcp.resume();
    const back = await reader.wait('message_history', (list) => list.some((m) => m.seq === last.seq));
    assert.ok(back.length > 0);
    // So much was missed that it starts again, and is told.
    assert.equal(reader.view.joins.at(-1).recovered, false);
  });
});
