// One message is one trace, from the client's send to every hub that tells it on; without a collector there is no trace of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import * as api from '../lib/api.mjs';
import { beginTrace, startCollector, tree } from '../lib/collector.mjs';
import { binary, start } from '../lib/process.mjs';
import { freePort, startEdge, startGateway, startHub, startRoomtalk, until } from '../lib/services.mjs';
import { closers, join, newRoom, registered, send } from '../sockets/client.mjs';

/** The events that a gateway's store publishes, as they are on the wire. */
async function events(gateway) {
  const stop = new AbortController();
  const headers = { authorization: `Bearer ${gateway.token}` };
  const response = await fetch(`${gateway.url}/subscribe/events`, { headers, signal: stop.signal });
  const heard = { text: '', close: () => stop.abort() };
  (async () => {
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) heard.text += piece;
  })().catch(() => {});
  heard.of = (content) => until(() => heard.text.split('\n').find((line) => line.includes(content)), { what: `an event with ${content}` });
  return heard;
}

const named = (spans, service, name) => spans.filter((span) => span.service === service && span.name === name);
const ofHubs = (spans) => spans.filter(({ name }) => name === 'fan out');
/** A message's trace has five spans, by each way: of two parts that send, of the gateway, and of two hubs that tell it on. */
const whole = (spans) => spans.length >= 5;

describe('traced', () => {
  const things = closers();
  let collector;
  let gateway;
  let one;
  let two;
  let edge;
  before(async () => {
    collector = things.add(await startCollector());
    const { env } = collector;
    gateway = things.add(await startGateway({ env }));
    [one, two, edge] = await Promise.all([
      startHub({ redis: gateway, env }),
      startHub({ redis: gateway, env }),
      startEdge({ redis: gateway, env, variables: { traces: 'true' } }),
    ]);
    for (const thing of [one, two, edge]) things.add(thing);
    // From now on the store knows the script, which is sent twice where it does not.
    const { a, roomId } = await room();
    await send(a, roomId, 'the first');
  });
  after(() => things.close());

  /** A room with a member on each hub. */
  async function room() {
    const [a, b] = [things.add(await registered(one)), things.add(await registered(two))];
    const roomId = await newRoom(a);
    await join(a, roomId);
    await join(b, roomId);
    return { a, b, roomId };
  }

  /** The one span of a service with this name, which is inside `parent`. */
  function only(spans, service, name, parent) {
    const found = named(spans, service, name);
    assert.equal(found.length, 1, `${service} ${name}\n${tree(spans)}`);
    assert.equal(found[0].parentSpanId, parent, tree(spans));
    return found[0];
  }

  /** Both hubs' spans of telling the message on, each inside `parent`. */
  function fannedOut(spans, parent, seq) {
    const told = ofHubs(spans);
    assert.deepEqual(told.map(({ parentSpanId }) => parentSpanId), [parent, parent], tree(spans));
    assert.equal(new Set(told.map(({ instance }) => instance)).size, 2, 'two instances of the hub');
    for (const { kind, attributes } of told) {
      assert.deepEqual([kind, attributes['roomtalk.seq'], attributes['roomtalk.sockets']], [5, seq, 1]);
    }
  }

  test('a message by socket is one trace: send, store, gateway, and each hub', async () => {
    const { a, b, roomId } = await room();
    const { traceId, spanId, traceparent } = beginTrace();
    const { seq } = await send(a, roomId, 'hello', { traceparent });
    await b.wait('new_message', (message) => message.seq === seq);
    const spans = await collector.trace(traceId, whole);
    const sent = only(spans, 'roomtalk-hub', 'send_message', spanId);
    const store = only(spans, 'roomtalk-hub', 'store append', sent.spanId);
    const command = only(spans, 'roomtalk-gateway', 'EVALSHA', store.spanId);
    fannedOut(spans, store.spanId, seq);
    assert.deepEqual([sent.kind, store.kind, command.kind], [2, 3, 2]);
    assert.equal(sent.attributes['roomtalk.outcome'], 'ok');
    assert.ok(sent.start <= store.start && store.end <= sent.end, 'the ack comes after the store');
    assert.deepEqual([spans.length, spans.filter(({ failed }) => failed)], [5, []]);
  });

  test('a message by REST is one trace: edge, its request to the store, gateway, and each hub', async () => {
    const { a, b, roomId } = await room();
    const client = await api.newClient(edge.url);
    const { traceId, spanId, traceparent } = beginTrace();
    const path = `/api/rooms/${roomId}/messages`;
    const body = { clientId: client.clientId, content: 'by REST' };
    const answer = await api.request(edge.url, 'POST', path, { body, token: client.token, headers: { traceparent } });
    assert.equal(answer.status, 201);
    for (const member of [a, b]) await member.wait('new_message', ({ seq }) => seq === answer.body.seq);
    const spans = await collector.trace(traceId, whole);
    const served = only(spans, 'roomtalk-edge', 'POST /api/rooms/:roomId/messages', spanId);
    assert.deepEqual([served.attributes['http.response.status_code'], served.attributes['spin.component']], [201, 'messages']);
    const request = only(spans, 'roomtalk-edge', 'POST', served.spanId);
    only(spans, 'roomtalk-gateway', 'EVALSHA', request.spanId);
    fannedOut(spans, served.spanId, answer.body.seq);
    assert.equal(spans.length, 5, tree(spans));
  });

  test('requests that share a component’s instance keep their traces apart', async () => {
    const { roomId } = await room();
    const client = await api.newClient(edge.url);
    const traces = await Promise.all(Array.from({ length: 24 }, async (_, number) => {
      const trace = beginTrace();
      const options = { body: { clientId: client.clientId, content: `at once ${number}` }, token: client.token, headers: { traceparent: trace.traceparent } };
      const { status, body } = await api.request(edge.url, 'POST', `/api/rooms/${roomId}/messages`, options);
      assert.equal(status, 201);
      return { ...trace, seq: body.seq };
    }));
    for (const { traceId, spanId, seq } of traces) {
      const spans = await collector.trace(traceId, whole);
      const served = only(spans, 'roomtalk-edge', 'POST /api/rooms/:roomId/messages', spanId);
      const request = only(spans, 'roomtalk-edge', 'POST', served.spanId);
      only(spans, 'roomtalk-gateway', 'EVALSHA', request.spanId);
      fannedOut(spans, served.spanId, seq);
    }
  });

  test('messages that go to the store in one request are traced each', async () => {
    const { a, b, roomId } = await room();
    const writers = [a, b, ...(await Promise.all(Array.from({ length: 8 }, () => registered(one))))];
    for (const writer of writers) things.add(writer);
    const traces = await Promise.all(writers.map(async (writer) => {
      const trace = beginTrace();
      return { ...trace, ...(await send(writer, roomId, 'together', { traceparent: trace.traceparent })) };
    }));
    for (const { traceId, spanId, seq } of traces) {
      const spans = await collector.trace(traceId, (found) => found.filter(({ service }) => service === 'roomtalk-hub').length === 4);
      const store = only(spans, 'roomtalk-hub', 'store append', only(spans, 'roomtalk-hub', 'send_message', spanId).spanId);
      fannedOut(spans, store.spanId, seq);
    }
    // A request belongs to the trace of the first in it.
    const commands = () => collector.spans().filter((span) => span.service === 'roomtalk-gateway' && traces.some(({ traceId }) => traceId === span.traceId));
    await until(() => commands().length > 0, { what: 'the span of a shared request' });
  });

  test('a join is a trace, with what the room reads for it', async () => {
    const member = things.add(await registered(two));
    const roomId = await newRoom(things.add(await registered(one)));
    const { traceId, spanId, traceparent } = beginTrace();
    await join(member, { roomId, traceparent });
    const spans = await collector.trace(traceId, (found) => found.length >= 3);
    const joined = only(spans, 'roomtalk-hub', 'join_room', spanId);
    const entered = only(spans, 'roomtalk-hub', 'store enter', joined.spanId);
    assert.ok(spans.some(({ service, parentSpanId }) => service === 'roomtalk-gateway' && parentSpanId === entered.spanId), tree(spans));
  });

  test('what is told to hubs is not stored', async () => {
    const { a, roomId } = await room();
    const wire = things.add(await events(gateway));
    const { traceId, traceparent } = beginTrace();
    await send(a, roomId, 'told and not stored', { traceparent });
    assert.match(await wire.of('told and not stored'), new RegExp(`"traceparent":"00-${traceId}-[0-9a-f]{16}-01"\\}$`));
    assert.doesNotMatch(JSON.stringify(await gateway.command('XRANGE', `room:{${roomId}}:log`, '-', '+')), /traceparent/);
    assert.doesNotMatch(JSON.stringify(a.seen), /traceparent/);
  });

  test('a client that declines is not traced', async () => {
    const { a, roomId } = await room();
    const wire = things.add(await events(gateway));
    const { traceId, traceparent } = beginTrace('00');
    await send(a, roomId, 'declined', { traceparent });
    assert.doesNotMatch(await wire.of('declined'), /traceparent/);
    // What comes later has been exported, so what came before has not been kept back.
    const later = beginTrace();
    await send(a, roomId, 'later', { traceparent: later.traceparent });
    await collector.trace(later.traceId, whole);
    assert.deepEqual(collector.spans().filter((span) => span.traceId === traceId), []);
  });

  test('a malformed traceparent is ignored, by socket and by REST', async () => {
    const { a, roomId } = await room();
    const client = await api.newClient(edge.url);
    const { traceId, spanId } = beginTrace();
    const bad = [`00-${traceId}-${spanId}`, `00-${traceId.toUpperCase()}X-${spanId}-01`, `00-${'0'.repeat(32)}-${spanId}-01`, `ff-${traceId}-${spanId}-01`, 'x'.repeat(5000), ''];
    const begun = () => named(collector.spans(), 'roomtalk-hub', 'send_message').filter(({ parentSpanId }) => parentSpanId === undefined).length;
    const before = begun();
    const worse = [...bad, 7, null, {}, [traceId]];
    for (const traceparent of worse) {
      const { seq } = await send(a, roomId, 'all the same', { traceparent });
      await a.wait('new_message', (message) => message.seq === seq);
    }
    for (const traceparent of bad) {
      const options = { body: { clientId: client.clientId, content: 'all the same' }, token: client.token, headers: { traceparent } };
      assert.equal((await api.request(edge.url, 'POST', `/api/rooms/${roomId}/messages`, options)).status, 201);
    }
    await until(() => begun() >= before + worse.length, { what: 'traces of the hub’s own' });
    assert.deepEqual(collector.spans().filter((span) => span.traceId === traceId), []);
  });

  test('a refusal is a span that failed, with its code', async () => {
    const { a } = await room();
    const { traceId, traceparent } = beginTrace();
    const answer = await a.ask('send_message', { roomId: 'zzzzzzzzzz', content: 'x', traceparent });
    assert.equal(answer.code, 'room_not_found');
    const [span] = named(await collector.trace(traceId, (found) => named(found, 'roomtalk-hub', 'send_message').length > 0), 'roomtalk-hub', 'send_message');
    assert.deepEqual([span.failed, span.attributes['error.type']], [true, 'room_not_found']);
  });

  test('nothing that is secret or said is in any span', async () => {
    const secrets = { content: 'WORDS-that-are-said', username: 'NAME-of-somebody' };
    const a = things.add(await registered(one, 'CLIENT-of-somebody'));
    const roomId = await newRoom(a, 'ROOM-of-somebody');
    await join(a, roomId);
    const client = await api.newClient(edge.url);
    const { traceId, traceparent } = beginTrace();
    await send(a, roomId, secrets.content, { username: secrets.username, traceparent });
    await api.request(edge.url, 'GET', `/api/rooms/${roomId}`);
    await api.request(edge.url, 'GET', `/api/rooms/${roomId}/messages?after=1`);
    await api.request(edge.url, 'POST', `/api/rooms/${roomId}/messages`, { body: { clientId: client.clientId, ...secrets }, token: client.token, headers: { traceparent } });
    // A command that there is not, and whose name is a value in the wrong place.
    await fetch(`${gateway.url}/${roomId}/${secrets.content}`, { headers: { authorization: `Bearer ${gateway.token}`, traceparent } });
    await collector.trace(traceId, (spans) => spans.some(({ name }) => name === 'other') && ofHubs(spans).length === 2 && named(spans, 'roomtalk-edge', 'POST /api/rooms/:roomId/messages').length === 1);
    await until(() => named(collector.spans(), 'roomtalk-edge', 'GET /api/rooms/:roomId/messages').length > 0, { what: 'the page that was read' });
    const all = collector.bodies.join('\n');
    for (const text of [...Object.values(secrets), roomId, 'ROOM-of', 'CLIENT-of', client.clientId, client.token, gateway.token, 'test-secret']) {
      assert.ok(!all.includes(text), text);
    }
  });

  test('pages of other origins may send the header, and the page is told that there are traces', async () => {
    const headers = { origin: edge.url, 'access-control-request-method': 'POST', 'access-control-request-headers': 'traceparent' };
    const preflight = await fetch(`${edge.url}/api/rooms/abcdefghij/messages`, { method: 'OPTIONS', headers });
    assert.match(preflight.headers.get('access-control-allow-headers'), /\btraceparent\b/);
    assert.equal((await (await fetch(`${edge.url}/config.json`)).json()).traces, true);
  });
});

test('roomtalk up: its parts have names of their own, and one trace goes through all of them', async () => {
  const things = closers();
  try {
    const collector = things.add(await startCollector());
    const roomtalk = things.add(await startRoomtalk({ env: { ...collector.env, OTEL_SERVICE_NAME: 'chat', OTEL_EXPORTER_OTLP_HEADERS: 'x-key=top%20secret' } }));
    const client = await api.newClient(roomtalk.edge);
    const room = await api.newRoom(roomtalk.edge, client);
    const member = things.add(await registered({ url: roomtalk.hub }));
    await join(member, room.id);
    const { traceId, traceparent } = beginTrace();
    const options = { body: { clientId: client.clientId, content: 'x' }, token: client.token, headers: { traceparent } };
    assert.equal((await api.request(roomtalk.edge, 'POST', `/api/rooms/${room.id}/messages`, options)).status, 201);
    const spans = await collector.trace(traceId, (found) => ofHubs(found).length === 1 && found.some(({ service }) => service === 'chat-edge'));
    assert.deepEqual([...new Set(spans.map(({ service }) => service))].sort(), ['chat-edge', 'chat-gateway', 'chat-hub']);
    assert.equal((await (await fetch(`${roomtalk.edge}/config.json`)).json()).traces, true);
    const [request] = collector.headers;
    assert.deepEqual([request.method, request.url, request['content-type'], request['x-key']], ['POST', '/v1/traces', 'application/json', 'top secret']);
    assert.ok(!roomtalk.output().includes('secret'), roomtalk.output());
  } finally {
    await things.close();
  }
});

test('a share of traces is kept by all parts alike, whatever clients ask for', async () => {
  const things = closers();
  try {
    const collector = things.add(await startCollector());
    const env = { ...collector.env, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' };
    const gateway = things.add(await startGateway({ env }));
    const hub = things.add(await startHub({ redis: gateway, env }));
    const member = things.add(await registered(hub));
    const roomId = await newRoom(member);
    await join(member, roomId);
    const { spanId } = beginTrace();
    const [out, kept] = ['f', '0'].map((digit) => `${'1'.repeat(16)}${digit.repeat(15)}1`);
    for (const traceId of [out, kept]) await send(member, roomId, 'x', { traceparent: `00-${traceId}-${spanId}-01` });
    const spans = await collector.trace(kept, (found) => found.some(({ name }) => name === 'fan out') && found.some(({ name }) => name === 'EVALSHA'));
    assert.ok(spans.length >= 4, tree(spans));
    await hub.stop();
    await gateway.stop();
    assert.deepEqual(collector.spans().filter(({ traceId }) => traceId === out), []);
  } finally {
    await things.close();
  }
});

describe('not traced', () => {
  const things = closers();
  after(() => things.close());

  test('without a collector nobody is told of a trace, whatever clients send', async () => {
    const gateway = things.add(await startGateway());
    const hub = things.add(await startHub({ redis: gateway }));
    const edge = things.add(await startEdge({ redis: gateway }));
    const wire = things.add(await events(gateway));
    const member = things.add(await registered(hub));
    const roomId = await newRoom(member);
    await join(member, roomId);
    const { traceparent } = beginTrace();
    await send(member, roomId, 'by socket', { traceparent });
    const client = await api.newClient(edge.url);
    const options = { body: { clientId: client.clientId, content: 'by REST' }, token: client.token, headers: { traceparent } };
    assert.equal((await api.request(edge.url, 'POST', `/api/rooms/${roomId}/messages`, options)).status, 201);
    await wire.of('by socket');
    await wire.of('by REST');
    assert.doesNotMatch(wire.text, /traceparent/);
    assert.ok(!('traces' in (await (await fetch(`${edge.url}/config.json`)).json())));
    const headers = { origin: edge.url, 'access-control-request-method': 'POST' };
    const preflight = await fetch(`${edge.url}/api/rooms/abcdefghij/messages`, { method: 'OPTIONS', headers });
    assert.doesNotMatch(preflight.headers.get('access-control-allow-headers'), /traceparent/);
  });
});

describe('a collector that is no help', () => {
  for (const [what, behaviour] of [['is gone', undefined], ['refuses', 'refuse'], ['hangs', 'hang']]) {
    test(`one that ${what} loses spans, and nothing else`, async () => {
      const things = closers();
      try {
        const collector = behaviour ? things.add(await startCollector({ behaviour })) : undefined;
        const env = collector?.env ?? { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}` };
        const gateway = things.add(await startGateway({ env }));
        const hub = things.add(await startHub({ redis: gateway, env }));
        const member = things.add(await registered(hub));
        const roomId = await newRoom(member);
        await join(member, roomId);
        // More than the queue holds.
        for (let batch = 0; batch < 16; batch += 1) {
          await Promise.all(Array.from({ length: 100 }, () => send(member, roomId, 'x')));
        }
        if (behaviour !== 'hang') await until(() => hub.output().includes('spans can\'t be exported'), { what: 'a warning' });
        const began = Date.now();
        const { code } = await hub.stop();
        assert.equal(code, 0);
        assert.ok(Date.now() - began < 10_000, hub.output());
        const warnings = hub.output().split('spans can\'t be exported').length - 1;
        assert.ok(warnings <= 1, hub.output());
        assert.equal((await gateway.stop()).code, 0);
      } finally {
        await things.close();
      }
    });
  }
});

describe('settings that can’t be used', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
  for (const [name, env] of Object.entries({
    OTEL_EXPORTER_OTLP_ENDPOINT: { OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4317' },
    OTEL_EXPORTER_OTLP_PROTOCOL: { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    OTEL_EXPORTER_OTLP_HEADERS: { ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'top-secret' },
    OTEL_TRACES_SAMPLER: { ...endpoint, OTEL_TRACES_SAMPLER: 'sometimes' },
    OTEL_TRACES_SAMPLER_ARG: { ...endpoint, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' },
  })) {
    test(`${name} is named, and no program starts`, async () => {
      for (const [program, ...args] of [['realtime-hub'], ['edge-host'], ['redis-gateway', '--listen', '127.0.0.1:0'], ['roomtalk', 'up', '--edge-port', '0', '--hub-port', '0', '--redis-port', '0']]) {
        const run = start(binary(program), args, { env: { ...env, PORT: '0', REDIS_TOKEN: 'x', DATA_DIR: `/tmp/roomtalk-${crypto.randomUUID()}` } });
        assert.notEqual((await run.ended).code, 0, run.output());
        assert.match(run.output(), new RegExp(`${name} must be`), program);
        assert.ok(!run.output().includes('top-secret'));
      }
    });
  }
});
