// What was said is still there after a restart, whatever the store and however the end came.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { history, newClient, newRoom, send } from '../lib/api.mjs';
import { startRedis, startRoomtalk, until } from '../lib/services.mjs';

for (const kind of ['the embedded store', 'a real redis-server']) {
  describe(`on ${kind}`, () => {
    let redis;
    let system;
    before(async () => {
      if (kind.startsWith('a real')) redis = await startRedis();
      system = await startRoomtalk({ redisUrl: redis?.url });
    });
    after(async () => {
      await system?.stop();
      await redis?.stop();
    });

    test('history survives an orderly stop, a kill of RoomTalk, and a kill of the store', async () => {
      const client = await newClient(system.edge);
      const room = await newRoom(system.edge, client, 'Lasting');
      const sent = [];
      const restarts = [
        async () => {
          await system.end();
          await system.restart();
        },
        async () => {
          await system.kill();
          await system.restart();
        },
        async () => {
          await redis?.kill();
          await redis?.restart();
        },
      ];
      for (const restart of restarts) {
        for (let i = 0; i < 5; i += 1) sent.push(await send(system.edge, client, room.id, `message ${sent.length}`));
        await restart();
        const kept = await until(() => history(system.edge, room.id), { what: 'the store to be back' });
        assert.deepEqual(kept, sent);
        assert.deepEqual(
          kept.map((message) => message.seq),
          sent.map((_, i) => i + 2),
        );
      }
    });

    test('an identity of before the restart still acts with its token', async () => {
      const client = await newClient(system.edge);
      await system.end();
      await system.restart();
      await newRoom(system.edge, client, 'Mine still');
    });
  });
}
