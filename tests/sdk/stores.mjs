// The official client against the gateway, on each of its stores.
import { after, before, beforeEach, describe } from 'node:test';

import { Redis } from '@upstash/redis';

import { startGateway, startRedis } from '../lib/services.mjs';

/**
 * Defines the same tests once for a gateway on a redis-server and once for one on the embedded engine. `define` gets a
 * context whose `redis` is a client (made anew, on an empty store, for each test) and whose `client(options)` makes more.
 */
export function onEachStore(name, define) {
  for (const store of ['a redis-server', 'the embedded engine']) {
    describe(`${name}, on ${store}`, () => {
      const context = {};
      const running = [];
      before(async () => {
        let backend = 'embedded';
        if (store === 'a redis-server') {
          const server = await startRedis();
          running.push(server);
          backend = server.url;
        }
        context.gateway = await startGateway({ backend });
        running.push(context.gateway);
        context.client = (options) => new Redis({ url: context.gateway.url, token: context.gateway.token, ...options });
      });
      beforeEach(async () => {
        context.redis = context.client();
        await context.redis.flushdb();
      });
      after(async () => {
        for (const service of running.reverse()) await service.stop();
      });
      define(context);
    });
  }
}
