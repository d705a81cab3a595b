// What the documents name is there: links, anchors, paths and commands. No block of commands is left untried without a reason;
// those that are marked `run` are run by runnable.test.mjs.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

import { parse } from 'yaml';

import { check } from '../lib/commands.mjs';
import { anchors, blocks, documents, links, prose, quoted, read } from '../lib/documents.mjs';
import { root } from '../lib/process.mjs';

const texts = new Map(await Promise.all(documents.map(async (file) => [file, await read(file)])));

describe('links', () => {
  /** Fails unless a link of a document leads somewhere. */
  function follow(file, target) {
    if (/^[a-z]+:/.test(target)) {
      const { protocol, hostname } = new URL(target);
      assert.ok(protocol === 'https:' || (protocol === 'http:' && hostname === 'localhost'), `${file}: ${target}`);
      return;
    }
    const [name, anchor] = target.split('#');
    const to = name === '' ? file : path.join(path.dirname(file), decodeURI(name));
    assert.ok(!to.startsWith('..') && existsSync(path.join(root, to)), `${file}: there is no ${target}`);
    if (anchor !== undefined) assert.ok(anchors(texts.get(to) ?? '').includes(anchor), `${file}: ${to} has no heading for #${anchor}`);
  }

  for (const [file, text] of texts) {
    test(`of ${file} lead somewhere`, () => {
      for (const target of links(text)) follow(file, target);
    });
  }

  test('are found in every way of writing them', () => {
    const text = 'A [b](c.md#d), ![e](<f.png> "g"), [h][i], <https://j.example/k> and `[not](this)`.\n\n[i]: l.md\n\n```md\n[nor](this)\n```\n';
    assert.deepEqual(links(text), ['c.md#d', 'f.png', 'l.md', 'https://j.example/k']);
    assert.deepEqual(anchors('# A *b*, `c`!\n\n## D\n\n## D\n\n### 2. [E](f)-g é\n'), ['a-b-c', 'd', 'd-1', '2-e-g-é']);
    assert.throws(() => follow('README.md', 'docs/nothing.md'), /there is no/);
    assert.throws(() => follow('README.md', 'SECURITY.md#nowhere'), /no heading/);
    assert.throws(() => follow('README.md', 'http://example.org'), /example\.org/);
  });
});

describe('paths', () => {
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const built = ['target', 'dist', 'node_modules'];
  const first = new Set(folders.filter((name) => !built.includes(name)));
  /** Made by the command that the document tells of. */
  const made = new Set(['bench/results/latest.json', 'docs/performance/', 'fuzz/artifacts', 'web/dist']);

  /** `{a,b}` as the names that it stands for. */
  function spread(name) {
    const [whole, list] = /\{([^{}]*,[^{}]*)\}/.exec(name) ?? [];
    return whole ? list.split(',').flatMap((part) => spread(name.replace(whole, part))) : [name];
  }
  /** Whether something has this name; `*` stands for a part of a file's name. */
  function isThere(name) {
    if (!name.includes('*')) return existsSync(path.join(root, name));
    const folder = path.join(root, path.dirname(name));
    const pattern = new RegExp(`^${path.basename(name).split('*').map((part) => part.replaceAll('.', '\\.')).join('.*')}$`);
    return existsSync(folder) && readdirSync(folder).some((entry) => pattern.test(entry));
  }
  const isPath = (name) => /^[\w.-]+\/[\w./*{},-]*$/.test(name) && first.has(name.split('/')[0]) && !/[A-Z]{4,}\./.test(name);

  for (const [file, text] of texts) {
    test(`that ${file} names are there`, () => {
      const named = quoted(prose(text)).map((quote) => quote.split(/\s*›\s*/)[0]).filter(isPath).flatMap(spread);
      for (const name of named) assert.ok(made.has(name) || isThere(name), `${file}: there is no ${name}`);
    });
  }

  test('are recognised', () => {
    assert.ok(isPath('crates/domain') && isPath('tests/faults/{run,flood}.mjs') && !isPath('text/html') && !isPath('tests/browser/NAME.spec.mjs'));
    assert.deepEqual(spread('a/{b,c}.d'), ['a/b.d', 'a/c.d']);
    assert.ok(isThere('docs/*.md') && isThere('.github/workflows/ci.yml') && !isThere('docs/*.nothing') && !isThere('crates/nothing'));
  });
});

/** Commands of ours, which can be looked up. */
const isOurs = (command) => /^(cargo (xtask|test) |npm |node (--test|tests)|(target\/release|dist\/bin)\/)/.test(command);
/** They stand for commands and are none. */
const templates = new Set(['cargo test --release -p CRATE', 'node --test tests/…']);

/** Why a command in a block is not run by the tests. */
const NOT_RUN = [
  [/^cargo (xtask|test)\b/, 'it builds, tests, measures or serves everything, these tests included'],
  [/^npm (ci|run|test)\b/, 'it installs what is installed, builds what is built, or is a suite of its own'],
  [/^node --test\b/, 'it is a suite of its own'],
  [/^(target\/release|dist\/bin)\/[\w-]+( |$)/, 'it serves until it is ended; tests/lib/services.mjs starts the same programs'],
  [/^spin (build|up)\b/, 'the tests have no `spin`'],
  [/^docker run .*jaegertracing/, 'the tests have no `docker`'],
  [/^redis-server redis\.conf$/, 'the doctor’s tests start one with these lines'],
  [/^jq /, 'the tests have no `jq`'],
  [/^fly /, 'it needs an account at Fly.io'],
  [/^export [A-Z]/, 'it prepares what `spin` reads'],
  [/^(git clone|cd) /, 'the tests run in a clone'],
  [/^redis-cli /, 'it speaks to a Redis server of the reader’s own'],
];

/** The commands of a block: every line, or those that follow a prompt; comments, and variables set for them, apart. */
function commands({ language, text }) {
  const lines = text.replaceAll(/\\\n\s*/g, '').split('\n');
  const typed = language === 'console' ? lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2)) : lines;
  const bare = typed.map((line) => line.replace(/(^|\s+)#.*$/, '').trim()).filter(Boolean);
  return bare.flatMap((line) => line.split(' && ')).map((line) => line.replace(/^([A-Z][A-Z0-9_]*=(\$\([^)]*\)|\S)*\s+)+/, ''));
}

describe('commands', () => {
  const reasons = new Set();
  const left = [...texts].flatMap(([file, text]) =>
    blocks(text)
      .filter(({ language, marks }) => ['sh', 'bash', 'shell', 'console'].includes(language) && !marks.includes('run'))
      .flatMap((block) => commands(block).map((command) => ({ where: `${file}:${block.line}`, command }))),
  );

  for (const [file, text] of texts) {
    test(`that ${file} names could be typed as they stand`, async () => {
      const inText = quoted(prose(text)).filter((quote) => isOurs(quote) && !templates.has(quote));
      const inBlocks = left.filter(({ where }) => where.startsWith(`${file}:`)).map(({ command }) => command.replace(/ &$/, ''));
      for (const command of [...inText, ...inBlocks.filter(isOurs)]) await check(command);
    });
  }

  test('that are not run have a reason, and every reason is needed', () => {
    for (const { where, command } of left) {
      const reason = NOT_RUN.find(([pattern]) => pattern.test(command));
      assert.ok(reason, `${where}: mark the block with \`run\`, or give NOT_RUN a reason for: ${command}`);
      reasons.add(reason);
    }
    assert.deepEqual(NOT_RUN.filter((reason) => !reasons.has(reason)), []);
  });

  test('that do not exist are found', async () => {
    for (const command of ['cargo xtask nothing', 'cargo xtask up --no-such-flag', 'cargo xtask test nosuchstep', 'npm run nothing --workspace tests']) {
      await assert.rejects(check(command), assert.AssertionError, command);
    }
    await assert.rejects(check('target/release/realtime-hub --no-such-flag'), assert.AssertionError);
  });

  test('of scripts are run, too: no block of JavaScript is only there to be read', () => {
    for (const [file, text] of texts) {
      const unread = blocks(text).filter(({ language, marks }) => ['js', 'mjs', 'javascript'].includes(language) && !marks.includes('run'));
      assert.deepEqual(unread.map(({ line }) => `${file}:${line}`), []);
    }
  });
});

test('the changelog begins with what is not released, and then has the version of the program', async () => {
  const [, version] = /^version = "([^"]+)"$/m.exec(await read('Cargo.toml'));
  const headings = [...texts.get('CHANGELOG.md').matchAll(/^## \[([^\]]+)\](?: - (\d{4}-\d\d-\d\d))?$/gm)].map(([, name, date]) => [name, date]);
  assert.deepEqual(headings[0], ['Unreleased', undefined]);
  assert.equal(headings[1][0], version);
  for (const [name, date] of headings.slice(1)) assert.ok(date, `${name} has a date`);
  for (const [name] of headings) assert.match(texts.get('CHANGELOG.md'), new RegExp(`^\\[${name}\\]: https://`, 'm'));
});

test('the workflow runs the one test command, with Node 20, in an hour and a half at most, by no action of strangers', async () => {
  const { jobs } = parse(await read('.github/workflows/ci.yml'));
  const [job, ...others] = Object.values(jobs);
  assert.deepEqual([others.length, job['timeout-minutes']], [0, 90]);
  assert.equal(job.steps.at(-1).run, 'cargo xtask test');
  const used = job.steps.flatMap(({ uses }) => uses ?? []);
  assert.deepEqual(used.map((action) => action.replace(/@v\d+$/, '')), ['actions/checkout', 'actions/setup-node', 'actions/cache']);
  assert.equal(job.steps.find(({ uses }) => uses?.startsWith('actions/setup-node'))?.with['node-version'], 20);
});
