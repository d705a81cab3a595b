// Logs as JSON: whatever a program prints then is an object on a line, and holds no secret and nothing that people wrote.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';

import { newClient, newRoom, request, send } from '../lib/api.mjs';
import { binary, freePort, start, temporaryFolder } from '../lib/process.mjs';
import { startEdge, startGateway, startHub, until } from '../lib/services.mjs';
import { closers, join, registered, send as sendBySocket } from '../sockets/client.mjs';

const SECRET = 'the-secret-of-the-identities';
const TOKEN = 'the-token-of-the-store';
const WORDS = 'what somebody said to somebody';
/** At the most talkative level. Other people's code is left as it is. */
const env = {
  LOG_FORMAT: 'json',
  RUST_LOG: 'info,realtime_hub=trace,edge_host=trace,redis_gateway=trace,socketio=trace,http_server=trace,store=trace,roomtalk=trace',
};

/** The objects that a program has printed; fails on a line that is none. */
function objects(output) {
  const lines = output.split('\n').filter(Boolean);
  assert.ok(lines.length > 0);
  return lines.map((line) => {
    let object;
    try {
      object = JSON.parse(line);
    } catch {
      assert.fail(`no JSON: ${line}`);
    }
    assert.ok(!Number.isNaN(Date.parse(object.timestamp)) && /^(TRACE|DEBUG|INFO|WARN|ERROR)$/.test(object.level), line);
    assert.ok(typeof object.target === 'string' && typeof object.message === 'string', line);
    return object;
  });
}

describe('as JSON', () => {
  const things = closers();
  after(() => things.close());

  test('each program prints objects, with a component’s words under its name, and no secret, text or key of a room', async () => {
    const redis = things.add(await startGateway({ token: TOKEN, env }));
    const hub = things.add(await startHub({ redis, secret: SECRET, env }));
    const edge = things.add(await startEdge({ redis, secret: SECRET, hubUrl: hub.url, env }));
    const client = await newClient(edge.url);
    const room = await newRoom(edge.url, client, WORDS);
    await send(edge.url, client, room.id, WORDS);
    const person = things.add(await registered(hub));
    await join(person, room.id);
    await sendBySocket(person, room.id, WORDS);
    await assert.rejects(sendBySocket(person, 'aB3dE5fG7h', WORDS));
    await redis.kill();
    assert.equal((await request(edge.url, 'GET', '/api/clients/nobody/rooms')).status, 503);
    const failed = () => objects(edge.output()).some(({ component, message }) => component === 'rooms' && message.startsWith('503 '));
    await until(failed, { what: 'what the component said of it' });
    await until(() => objects(hub.output()).some(({ message }) => message === 'the event stream ended'));

    await redis.restart();
    const programs = [hub, edge, redis];
    for (const program of programs) await program.stop();
    for (const program of programs) {
      const output = program.output();
      objects(output);
      for (const private_ of [SECRET, TOKEN, WORDS, room.id, client.token]) assert.ok(!output.includes(private_), `${private_} in ${output}`);
    }
    assert.ok(objects(redis.output()).some(({ message }) => message.startsWith('listening on http://')));
    assert.ok(objects(hub.output()).some(({ message, hub: id }) => message === 'the hub listens' && id));
  });

  test('`roomtalk up` prints objects, from what it starts to its end', async () => {
    const { folder, remove } = await temporaryFolder();
    const ports = ['--edge-port', await freePort(), '--hub-port', await freePort(), '--redis-port', await freePort()];
    const flags = ['up', ...ports.map(String), '--data-dir', folder, '--log-format', 'json'];
    const program = start(binary('roomtalk'), flags, { env: { CACHE_DIR: 'target/tmp/components', CLIENT_TOKEN_SECRET: SECRET } });
    await program.ready(() => program.output().includes('"ready http://'), 120_000);
    const { code } = await program.stop();
    assert.equal(code, 0);
    const messages = objects(program.output()).map(({ message }) => message);
    assert.ok(messages.some((message) => /^ready http:\/\/localhost:\d+$/.test(message)) && messages.includes('stopping'));
    assert.ok(!program.output().includes(SECRET));
    await remove();
  });

  test('what keeps a program from starting is an object, too', async () => {
    const wrong = [
      ['realtime-hub', ['--redis-url', 'ftp://x', '--port', '0']],
      ['edge-host', ['no-such-file.toml']],
      ['redis-gateway', ['--redis-url', 'ftp://x', '--token', TOKEN]],
      ['roomtalk', ['up', '--redis-url', 'ftp://x', '--data-dir', '/dev/null/x']],
    ];
    for (const [name, flags] of wrong) {
      const program = start(binary(name), flags, { env: { LOG_FORMAT: 'json' } });
      assert.equal((await program.ended).code, 1, name);
      const last = objects(program.output()).at(-1);
      assert.deepEqual([last.level, last.program], ['ERROR', name], program.output());
    }
  });
});

test('a format that there is not is refused by the name of its setting', async () => {
  for (const name of ['realtime-hub', 'edge-host', 'redis-gateway']) {
    const program = start(binary(name), [], { env: { LOG_FORMAT: 'xml' } });
    assert.equal((await program.ended).code, 2, name);
    assert.match(program.output(), /xml.*--log-format/);
  }
});
