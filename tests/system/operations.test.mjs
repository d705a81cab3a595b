// docs/operations.md names the metrics, operations and settings that there are.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { documents, prose, quoted, read, rows, section } from '../lib/documents.mjs';
import { binary, start } from '../lib/process.mjs';
import { startEdge, startGateway, startHub } from '../lib/services.mjs';
import { closers } from '../sockets/client.mjs';

const operations = await read('docs/operations.md');
const things = closers();
let [hub, edge] = [];
before(async () => {
  const gateway = things.add(await startGateway());
  hub = things.add(await startHub({ redis: gateway }));
  edge = things.add(await startEdge({ redis: gateway }));
});
after(() => things.close());

/** What the first cells of a section's table have in backticks. */
const firsts = (heading) => rows(section(operations, heading)).flatMap(([first]) => quoted(first));

test('every metric of hub and edge is in the tables, and no other', async () => {
  const given = new Set();
  for (const [url, least] of [[`${hub.url}/metrics`, 20], [`${edge.url}/.well-known/spin/metrics`, 10]]) {
    const text = await (await fetch(url)).text();
    const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    assert.ok(names.length > least);
    for (const name of names) given.add(name);
  }
  assert.deepEqual(firsts('What to watch').filter((name) => /^(roomtalk|process)_/.test(name)).sort(), [...given].sort());
});

test('every operation whose cost is told is counted by the hub', async () => {
  const calls = await read('realtime-hub/src/calls.rs');
  const [, list] = /counted! \{\n {8}([^]*?)\n {4}\}/.exec(calls);
  const counted = [...list.matchAll(/(\w+)\(/g)].map(([, name]) => name);
  const told = firsts('Costs jump').filter((name) => name !== 'op');
  assert.ok(told.length >= 9);
  for (const op of told) assert.ok(counted.includes(op), op);
});

test('the default limits of the page are those of the programs', async () => {
  const [, limits] = /```text\n(messages=\S+)\n```/.exec(operations);
  const help = start(binary('realtime-hub'), ['--help']);
  await help.ended;
  assert.ok(help.output().includes(limits), limits);
  assert.ok((await read('crates/domain/src/rate.rs')).includes(limits), limits);
});

test('every setting that a document names is one of a program or of the application', async () => {
  // Hidden in the help, since they are other names of REDIS_URL and REDIS_TOKEN.
  const aliases = ['UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN'];
  const known = new Set(['RUST_LOG', 'VITE_SOCKET_URL', 'PROPTEST_RNG_SEED', 'SSL_CERT_FILE', 'SPIN_VARIABLE_REDIS_TOKEN', ...aliases]);
  const ours = ['up', 'doctor', 'import-v04', 'export'].map((command) => ['roomtalk', command]);
  for (const [program, ...words] of [...ours, ['realtime-hub'], ['edge-host'], ['redis-gateway']]) {
    const help = start(binary(program), [...words, '--help']);
    assert.equal((await help.ended).code, 0);
    for (const [, name] of help.output().matchAll(/\[env: (\w+)/g)) known.add(name);
  }
  const manifest = await read('spin.toml');
  const [, variables] = /^\[variables\]\n([^]*?)^\[\[/m.exec(manifest);
  for (const [, name] of variables.matchAll(/^(\w+) = /gm)) known.add(name.toUpperCase());
  let named = 0;
  for (const file of documents) {
    for (const quote of quoted(prose(await read(file)))) {
      const [, name] = /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=\S*)?$/.exec(quote) ?? [];
      if (!name) continue;
      assert.ok(known.has(name), `${file}: there is no setting ${name}`);
      named += 1;
    }
  }
  assert.ok(named > 20, `${named} settings`);
});
