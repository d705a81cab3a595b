// docs/protocol.md and docs/asyncapi.yaml, held against each other, the source, and running programs.
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import specifications from '@asyncapi/specs';
import Ajv from 'ajv';

import { codes, document, messages, received, sent } from '../lib/asyncapi.mjs';
import { quoted, read, rows, section } from '../lib/documents.mjs';
import { root } from '../lib/process.mjs';
import { startHub, until } from '../lib/services.mjs';
import { png } from '../rest/samples.mjs';
import { startRest } from '../rest/system.mjs';
import { closers, open } from '../sockets/client.mjs';

const protocol = await read('docs/protocol.md');
const things = closers();
let rest;
let hub;
before(async () => {
  rest = things.add(await startRest({ secret: 'newer-secret,older-secret' }));
  hub = things.add(await startHub({ redis: rest.gateway, secret: 'newer-secret,older-secret' }));
});
after(() => things.close());

/** What the first cells of a section's table have in backticks, heads apart. */
const firsts = (heading) => rows(section(protocol, heading)).flatMap(([first]) => quoted(first).slice(0, 1));

describe('REST', () => {
  test('the routes of the page are those of the document that is served', async () => {
    const { json } = await rest.expect(200, 'GET', '/api/openapi.json');
    const served = Object.entries(json.paths).flatMap(([route, item]) =>
      ['get', 'post'].filter((method) => item[method]).map((method) => `${method.toUpperCase()} ${route}`),
    );
    assert.deepEqual(firsts('By REST').filter((cell) => /^[A-Z]+ \//.test(cell)).sort(), served.sort());
  });

  test('the parameters and headers of the page are those of the document that is served', async () => {
    const { json } = await rest.expect(200, 'GET', '/api/openapi.json');
    const { parameters, responses } = json.paths['/api/rooms/{roomId}/messages'].get;
    const known = parameters.map(({ $ref }) => json.components.parameters[$ref.split('/').at(-1)]);
    const named = firsts('Pages').flatMap((cell) => [...cell.matchAll(/(\w+)=/g)].map(([, name]) => name));
    const queries = known.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
    assert.deepEqual([...new Set(named)].sort(), queries.sort());
    const headers = firsts('Pages').filter((cell) => /^[A-Z]/.test(cell));
    assert.deepEqual(headers.sort(), Object.keys(responses['200'].headers).sort());
  });

  test('the codes of the page are those of the program, each with its status', async () => {
    const source = await read('crates/domain/src/error.rs');
    assert.match(source, /#\[serde\(rename_all = "snake_case"\)\]\npub enum Code \{/);
    // The compiler sees to it that every code is in here.
    const [, arms] = /fn status\(self\) -> u16 \{\s+match self \{([^]*?)\n {8}\}/.exec(source);
    assert.doesNotMatch(arms, /_ =>/);
    const statuses = [...arms.matchAll(/([^,]+?)=>\s*(\d{3})/g)].flatMap(([, names, status]) =>
      [...names.matchAll(/Self::(\w+)/g)].map(([, name]) => [name.replaceAll(/(?!^)[A-Z]/g, '_$&').toLowerCase(), status]),
    );
    const told = rows(section(protocol, 'Errors')).slice(1).map(([code, status]) => [quoted(code)[0], status]);
    assert.deepEqual(Object.fromEntries(told), Object.fromEntries(statuses));
    assert.equal(told.length, statuses.length);

    const all = statuses.map(([code]) => code);
    assert.deepEqual([...codes].sort(), [...all].sort());
    const { json } = await rest.expect(200, 'GET', '/api/openapi.json');
    const byRest = json.components.schemas.Error.properties.code.enum;
    assert.deepEqual([...byRest].sort(), all.filter((code) => code !== 'not_registered').sort());
  });
});

/** The constants of `crates/domain/src/limits.rs` behind each line of the table of limits. */
const LIMITS = {
  'content of a message': ['CONTENT_CHARS'],
  'name of a room, its description': ['ROOM_NAME_CHARS', 'ROOM_DESCRIPTION_CHARS'],
  'username, text of an avatar': ['USERNAME_CHARS', 'AVATAR_TEXT_CHARS'],
  'images of a message': ['IMAGES_PER_MESSAGE'],
  'an image': ['IMAGE_BYTES', 'IMAGE_SIDE', 'IMAGE_PIXELS'],
  'the JSON body of a message, of anything else': ['MESSAGE_BODY_BYTES', 'BODY_BYTES'],
  'a page': ['PAGE_MAX', 'PAGE_BYTES'],
};

test('the limits of the page are those of the program', async () => {
  const source = await read('crates/domain/src/limits.rs');
  const constants = new Map(
    [...source.matchAll(/pub const (\w+): \w+ = ([\d_ *]+);/g)].map(([, name, product]) => {
      const value = product.replaceAll('_', '').split('*').reduce((all, factor) => all * Number(factor), 1);
      if (value % 1e6 === 0) return [name, `${value / 1e6} million`];
      if (!name.endsWith('_BYTES')) return [name, String(value).replaceAll(/\B(?=(\d{3})+$)/g, ' ')];
      return [name, value % 1024 ** 2 === 0 ? `${value / 1024 ** 2} MiB` : `${value / 1024} KiB`];
    }),
  );
  const told = new Map(rows(section(protocol, 'Limits')));
  for (const [what, names] of Object.entries(LIMITS)) {
    for (const name of names) {
      assert.match(told.get(what) ?? '', new RegExp(`\\b${constants.get(name)}\\b`), `${what}: ${name} is ${constants.get(name)}`);
    }
  }
});

describe('the document of events', () => {
  test('is AsyncAPI 3.0', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const validate = ajv.compile(specifications.schemasWithoutId['3.0.0']);
    assert.ok(validate(document), ajv.errorsText(validate.errors));
  });

  test('has the version of the program', async () => {
    const [, version] = /^version = "([^"]+)"$/m.exec(await read('Cargo.toml'));
    assert.equal(document.info.version, version);
  });

  test('gives examples that are as it says', () => {
    for (const { name, examples, problem } of messages) {
      assert.ok(examples.length > 0, `${name} has no example`);
      for (const { payload } of examples) assert.equal(problem(payload), undefined, name);
    }
  });

  test('names the events that the page names', () => {
    assert.deepEqual(firsts('What a client emits').sort(), [...received.keys()].sort());
    assert.deepEqual(firsts('What a client hears').sort(), [...sent.keys()].sort());
  });

  test('names the events that the hub takes and emits, and no other', async () => {
    const worker = await read('realtime-hub/src/sockets/worker.rs');
    const [, arms] = /match event \{\n([^]*?)\n\s+_ => Err\(Error::new\(Code::NotFound/.exec(worker);
    const taken = [...arms.matchAll(/^\s+"(\w+)" => /gm)].map(([, name]) => name);
    assert.equal(taken.length, arms.match(/=>/g).length, 'every arm names one event');
    assert.deepEqual(taken.sort(), [...received.keys()].sort());

    const emitted = new Set();
    for (const file of readdirSync(path.join(root, 'realtime-hub/src'), { recursive: true }).filter((name) => name.endsWith('.rs'))) {
      for (const [call, name] of (await read(path.join('realtime-hub/src', file))).matchAll(/\.emit\(\s*(?:"(\w+)")?/g)) {
        assert.ok(name, `${file}: ${call} does not name its event`);
        emitted.add(name);
      }
    }
    assert.deepEqual([...emitted].sort(), [...sent.keys()].sort());
  });
});

test('whatever the hub takes, answers and emits is as the document says', async () => {
  const [seen, wrong] = [new Set(), []];
  const hold = (what, message, payload) => {
    const problem = message.problem(payload);
    if (problem) wrong.push(`${what}: ${problem}`);
  };

  /** A client of which everything is held against the document. */
  function witness(options) {
    const client = things.add(open(hub, options));
    client.socket.onAny((event, ...args) => {
      seen.add(event);
      if (!sent.has(event) || args.length !== 1) wrong.push(`${event} with ${args.length} arguments`);
      else hold(event, sent.get(event).event, args[0]);
    });
    return client;
  }
  /** Emits with an ack and gives the result in it. */
  async function ask(client, event, argument) {
    const { event: message, ack } = received.get(event);
    const answers = await client.askAll(event, ...(argument === undefined ? [] : [argument]));
    const result = answers.at(-1);
    hold(`ack of ${event}`, ack, answers);
    // Only what the document allows is done.
    if (result.ok) hold(`argument of ${event}`, message, argument ?? null);
    seen.add(`${event} ${result.ok ? 'done' : 'refused'}`);
    return result;
  }

  const stranger = witness();
  for (const event of ['get_rooms', 'leave_room', 'register']) {
    await ask(stranger, event, event === 'get_rooms' ? undefined : { clientId: 1, roomId: 'aB3dE5fG7h' });
  }
  const issued = await ask(stranger, 'register', '');
  await ask(stranger, 'register', { clientId: issued.clientId, token: issued.token });
  await ask(stranger, 'set_username', 'Ada');

  // The older secret's token is what the page says that it is, and is renewed.
  const token = createHmac('sha256', 'older-secret').update(issued.clientId).digest('base64url');
  const me = witness({ auth: { clientId: issued.clientId, token } });
  assert.deepEqual(await me.wait('identity'), { clientId: issued.clientId, token: issued.token });
  assert.equal((await ask(stranger, 'register', { clientId: issued.clientId, token })).token, issued.token);

  await ask(me, 'create_room', { name: '' });
  const { room } = await ask(me, 'create_room', { name: 'Tea', description: 'Every day at four' });
  await ask(me, 'get_rooms');
  await ask(me, 'get_room_by_id', room.id);
  await ask(me, 'get_room_by_id', { roomId: room.id });
  await ask(me, 'get_room_by_id', 'aB3dE5fG7h');
  await ask(me, 'join_room', 'aB3dE5fG7h');
  await ask(me, 'join_room', room.id);
  const guest = witness({ auth: { clientId: 'script-7' } });
  assert.equal((await ask(guest, 'join_room', { roomId: room.id })).recovered, false);

  const messageId = randomUUID();
  const full = { roomId: room.id, content: 'Look', messageId, messageType: 'text', username: 'Ada', avatar: { text: 'A', color: 'primary' } };
  const first = await ask(me, 'send_message', { ...full, images: [`data:image/png;base64,${png().toString('base64')}`], replyTo: 1 });
  assert.equal((await ask(me, 'send_message', { ...full, content: 'Other' })).code, 'id_reused');
  await ask(me, 'send_message', { roomId: room.id, images: [first.message.images[0].id], content: null });
  await ask(me, 'send_message', { roomId: room.id, images: [{ id: first.message.images[0].id }] });
  const fourth = await ask(me, 'send_message', { roomId: room.id, content: 'last' });
  await guest.wait('new_message', ({ seq }) => seq === fourth.message.seq);
  await ask(stranger, 'get_room_messages', room.id);
  await ask(stranger, 'get_room_messages', { roomId: room.id, before: 4, limit: 1 });
  await ask(stranger, 'get_room_messages', { roomId: room.id, limit: 201 });
  const back = await ask(guest, 'join_room', { roomId: room.id, after: 2, afterId: messageId });
  assert.deepEqual([back.recovered, back.latestSeq], [true, 5]);

  // The store forgets the last two, as one does that was restored, and gives their seqs away again.
  const log = `room:{${room.id}}:log`;
  await rest.gateway.command('XDEL', log, '0-4', '0-5');
  await rest.gateway.command('XSETID', log, '0-3');
  await rest.send(room.id, { clientId: 'by-rest', content: 'by REST' });
  assert.deepEqual(await guest.wait('resync'), { roomId: room.id, latestSeq: 4 });
  await ask(guest, 'leave_room', room.id);
  await until(() => me.all('room_member_change').some(({ action }) => action === 'leave'), { what: 'the leave' });

  assert.deepEqual(wrong, []);
  const all = [...received.keys()].flatMap((event) => [`${event} done`, `${event} refused`]).concat([...sent.keys()]);
  const never = new Set(['set_username refused']);
  assert.deepEqual([...seen].sort(), all.filter((what) => !never.has(what)).sort());
});
