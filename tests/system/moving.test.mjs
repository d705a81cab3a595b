// `roomtalk import-v04` and `roomtalk export` as a person meets them: flags, exit codes, files, and SIGKILL.
import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { request } from '../lib/api.mjs';
import { blocks, read } from '../lib/documents.mjs';
import { binary, start, until } from '../lib/process.mjs';
import { startRedis, startRoomtalk, temporaryFolder } from '../lib/services.mjs';

/** What would be taken from the environment is not. */
const bare = { REDIS_URL: '', REDIS_TOKEN: '', UPSTASH_REDIS_REST_URL: '', UPSTASH_REDIS_REST_TOKEN: '' };

/** Runs the program to its end. */
async function run(args, env = {}) {
  const program = start(binary('roomtalk'), args, { env: { ...bare, ...env } });
  const { code } = await program.ended;
  return { code, output: program.output() };
}

/** Writes rooms of v0.4, with so many messages each, by a script, since one command for each would take long. */
const ROOMS = `
  for r = 0, ARGV[1] - 1 do
    local id = string.format('OldRoom%03d', r)
    local time = '"2025-04-25T10:00:00.000Z"'
    redis.call('HSET', 'rooms', id, '{"id":"' .. id .. '","name":"Old ' .. r .. '","description":"","createdAt":' .. time
      .. ',"creatorId":"11111111-1111-4111-8111-111111111111"}')
    redis.call('SADD', 'user:11111111-1111-4111-8111-111111111111:rooms', id)
    for m = 0, ARGV[2] - 1 do
      redis.call('RPUSH', 'room:' .. id .. ':messages', string.format('{"id":"%08x-0000-4000-8000-%012x","clientId":'
        .. '"22222222-2222-4222-8222-222222222222","content":"said *%d*","roomId":"%s","timestamp":%s,"messageType":"text",'
        .. '"username":"Ada","avatar":{"text":"A","color":"primary"}}', r, m, m, id, time))
    end
  end`;

describe('moving rooms', () => {
  let old;
  let data;
  before(async () => {
    [old, data] = await Promise.all([
      startRedis({ args: ['--appendfsync', 'no', '--enable-debug-command', 'yes'] }),
      temporaryFolder('moving'),
    ]);
  });
  after(() => Promise.all([old?.stop(), data?.remove()]));

  test('the commands of docs/moving.md bring rooms in and out, and old links work', async (t) => {
    await old.command('FLUSHALL');
    await old.command('EVAL', ROOMS, '0', '3', '250');
    const before = await old.command('DEBUG', 'DIGEST');
    const [bringIn, writeOut, ...others] = blocks(await read('docs/moving.md')).filter(({ language }) => language === 'sh');
    assert.equal(others.length, 0);
    const shell = async ({ text }) => {
      const script = text
        .replaceAll('redis://127.0.0.1:6379', old.url)
        .replaceAll('AbCdEf0123', 'OldRoom001')
        .replaceAll(/room\.(jsonl|html)/g, `${data.folder}/room.$1`);
      const program = start('bash', ['-euo', 'pipefail', '-c', script], { env: { ...bare, DATA_DIR: data.folder } });
      const { code } = await program.ended;
      assert.equal(code, 0, program.output());
      return program.output();
    };
    assert.match(await shell(bringIn), /rooms     3 taken, 0 there already\nmessages  750 taken, 0 there already/);
    assert.match(await shell(bringIn), /Nothing to do: all of it is there and is the same\./);
    assert.equal(await old.command('DEBUG', 'DIGEST'), before, 'the old store is as it was');
    await shell(writeOut);
    const [lines, page] = await Promise.all(
      ['room.jsonl', 'room.html'].map((name) => readFile(path.join(data.folder, name), 'utf8')),
    );
    const [room, ...messages] = lines.trimEnd().split('\n').map((line) => JSON.parse(line));
    assert.equal(room.id, 'OldRoom001');
    assert.deepEqual(messages.map(({ seq }) => seq), Array.from({ length: 250 }, (_, n) => n + 2));
    assert.match(page, /said <em>249<\/em>/);
    assert.equal((await stat(path.join(data.folder, 'room.html'))).mode & 0o077, 0, 'for this user alone');

    const system = await startRoomtalk({ dataDir: data.folder });
    t.after(() => system.stop());
    const firstPage = await request(system.edge, 'GET', '/api/rooms/OldRoom001/messages?after=1&limit=200');
    assert.deepEqual(firstPage.body, messages.slice(0, 200));
    const list = await request(system.edge, 'GET', '/api/clients/11111111-1111-4111-8111-111111111111/rooms');
    assert.deepEqual(list.body.map(({ name }) => name).toSorted(), ['Old 0', 'Old 1', 'Old 2']);
    const locked = await run(['export', 'OldRoom001', '--data-dir', data.folder]);
    assert.equal(locked.code, 1);
    assert.match(locked.output, /if `roomtalk up` is running there, end it, or go through it with --redis-url http/);
    const through = ['--redis-url', system.store, '--redis-token', system.token];
    const again = await run(['import-v04', '--from', old.url, ...through]);
    assert.equal(again.code, 0, again.output);
    assert.match(again.output, /a hub is live on the new store[^]*Nothing to do/);
    const exported = await run(['export', 'OldRoom001', ...through]);
    assert.equal(exported.code, 0);
    assert.match(exported.output, /^250 messages and 0 images$/m);
  });

  test('an import that is killed and started again gives what one that was not killed gives', async (t) => {
    await old.command('FLUSHALL');
    await old.command('EVAL', ROOMS, '0', '8', '500');
    const target = await startRedis({ args: ['--appendfsync', 'no', '--enable-debug-command', 'yes'] });
    t.after(() => target.stop());
    const args = ['import-v04', '--from', old.url, '--redis-url', target.url];
    assert.equal((await run(args)).code, 0);
    const whole = await target.command('DEBUG', 'DIGEST');
    let killed = 0;
    for (const entries of [1, 400, 1_300, 2_600, 3_900]) {
      await target.command('FLUSHALL');
      const program = start(binary('roomtalk'), args, { env: bare });
      // So many messages are there, in rooms that are seen or not.
      const count = `local n = 0 for _, key in ipairs(redis.call('KEYS', '*')) do
        if redis.call('TYPE', key).ok == 'stream' then n = n + redis.call('XLEN', key) end end return n`;
      await until(async () => Number(await target.command('EVAL', count, '0')) >= entries, { interval: 1 });
      const { signal } = await program.kill();
      killed += signal === 'SIGKILL' ? 1 : 0;
      const again = await run(args);
      assert.equal(again.code, 0, again.output);
      assert.equal(await target.command('DEBUG', 'DIGEST'), whole, `killed after ${entries} entries`);
    }
    assert.ok(killed >= 3, `${killed} of five were killed before they had ended`);
  });

  test('what can not be taken is listed with exit code 3, and no text is printed', async () => {
    await old.command('FLUSHALL');
    await old.command('EVAL', ROOMS, '0', '1', '2');
    await old.command('RPUSH', 'room:OldRoom000:messages', '{"content":"SECRET"', '{"content":"","clientId":"SECRET"}');
    const folder = path.join(data.folder, 'odd');
    const { code, output } = await run(['import-v04', '--from', old.url, '--data-dir', folder]);
    assert.equal(code, 3, output);
    assert.match(output, /^not taken: OldRoom000, message 2: malformed JSON \(at byte \d+ of 19\)$/m);
    assert.match(output, /^not taken: OldRoom000, message 3: its content is empty$/m);
    assert.match(output, /^2 not taken, and only in the old store: see above$/m);
    assert.doesNotMatch(output, /SECRET|said/);
  });

  test('a wrong address, a wrong room and a file that can not be written end with exit code 1 and without secrets', async () => {
    const folder = path.join(data.folder, 'wrong');
    const nobody = await run(['import-v04', '--from', 'redis://user:SECRET@127.0.0.1:1', '--data-dir', folder]);
    assert.equal(nobody.code, 1);
    assert.match(nobody.output, /can't read the old store that --from names/);
    assert.doesNotMatch(nobody.output, /SECRET/);
    await old.command('FLUSHALL');
    const empty = await run(['import-v04', '--from', old.url, '--data-dir', folder]);
    assert.equal(empty.code, 1);
    assert.match(empty.output, /holds nothing of RoomTalk v0\.4/);
    const none = await run(['export', 'OldRoom999', '--data-dir', folder]);
    assert.equal(none.code, 1);
    assert.match(none.output, /there is no room with this id/);
    const nowhere = await run(['export', 'OldRoom999', '--data-dir', path.join(folder, 'none')]);
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.output, /there is no store in/);
    const kept = path.join(data.folder, 'kept.html');
    await writeFile(kept, 'mine');
    assert.equal((await run(['export', 'OldRoom999', '--data-dir', folder, '-o', kept])).code, 1);
    assert.equal(await readFile(kept, 'utf8'), 'mine', 'a file is replaced by a whole one only');
  });
});
