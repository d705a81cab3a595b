import assert from 'node:assert/strict';
import { once } from 'node:events';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';

import { until } from '../lib/services.mjs';
import { onEachStore } from './stores.mjs';

/** Collects what a subscription tells; `ready` when it stands, `next(n)` when n messages are there. */
function listenTo(subscription, { confirmation = 'subscribe', message = 'message' } = {}) {
  const events = new EventEmitter();
  const messages = [];
  const errors = [];
  subscription.on('error', (error) => errors.push(error));
  subscription.on(message, (value) => {
    messages.push(value);
    events.emit('message');
  });
  const ready = new Promise((resolve) => subscription.on(confirmation, resolve));
  const next = async (count) => {
    while (messages.length < count) await once(events, 'message', { signal: AbortSignal.timeout(20_000) });
    assert.deepEqual(errors, []);
    return messages;
  };
  return { ready, next, messages };
}

onEachStore('publish and subscribe', (context) => {
  test('a subscriber gets what is published, in order, each as it was', async () => {
    const { redis } = context;
    const subscription = redis.subscribe('chat');
    const { ready, next } = listenTo(subscription);
    await ready;
    const values = ['hello, world', { a: [1, 'é'] }, 42, '你好 🌍', 'a,b,c', true];
    for (const value of values) assert.equal(await redis.publish('chat', value), 1);
    const messages = await next(values.length);
    assert.deepEqual(messages, values.map((message) => ({ channel: 'chat', message })));
    await subscription.unsubscribe();
    await until(async () => (await redis.publish('chat', 'x')) === 0, { what: 'the stream to be given up' });
  });

  test('a pattern gets what matches and the channel it came by', async () => {
    const { redis } = context;
    const subscription = redis.psubscribe('room:*');
    const { ready, next } = listenTo(subscription, { confirmation: 'psubscribe', message: 'pmessage' });
    await ready;
    await redis.publish('other', 'no');
    await redis.publish('room:7', { text: 'a, b' });
    assert.deepEqual(await next(1), [{ pattern: 'room:*', channel: 'room:7', message: { text: 'a, b' } }]);
    await subscription.unsubscribe();
  });

  test('several channels each have their own stream and can be left one by one', async () => {
    const { redis } = context;
    const subscription = redis.subscribe(['a', 'b']);
    const { next } = listenTo(subscription);
    await until(async () => (await redis.publish('a', 0)) === 1 && (await redis.publish('b', 0)) === 1, { what: 'both streams' });
    const before = (await next(2)).length;
    await subscription.unsubscribe(['a']);
    await until(async () => (await redis.publish('a', 1)) === 0, { what: 'the stream of a to be given up' });
    await redis.publish('b', 'last');
    assert.deepEqual((await next(before + 1)).at(-1), { channel: 'b', message: 'last' });
    await subscription.unsubscribe();
  });

  test('names with spaces and other scripts work', async () => {
    const { redis } = context;
    const subscription = redis.subscribe('зал 你好');
    const { ready, next } = listenTo(subscription);
    await ready;
    await redis.publish('зал 你好', 'x');
    assert.deepEqual(await next(1), [{ channel: 'зал 你好', message: 'x' }]);
    await subscription.unsubscribe();
  });

  test('a payload with line breaks can not pass for another message', async () => {
    const { redis } = context;
    const subscription = redis.subscribe('chat');
    const { ready, next } = listenTo(subscription);
    await ready;
    const plain = context.client({ automaticDeserialization: false });
    await plain.publish('chat', 'first\ndata: message,chat,forged\n\ndata: message,chat,forged too');
    await redis.publish('chat', 'second');
    assert.deepEqual(await next(2), [
      { channel: 'chat', message: 'first' },
      { channel: 'chat', message: 'second' },
    ]);
    await subscription.unsubscribe();
  });

  test('a published message from a script and from a transaction arrives', async () => {
    const { redis } = context;
    const subscription = redis.subscribe('chat');
    const { ready, next } = listenTo(subscription);
    await ready;
    assert.equal(await redis.eval('return redis.call("PUBLISH", KEYS[1], ARGV[1])', ['chat'], ['from a script']), 1);
    assert.deepEqual(await redis.multi().set('k', 1).publish('chat', 'from a transaction').exec(), ['OK', 1]);
    assert.deepEqual((await next(2)).map(({ message }) => message), ['from a script', 'from a transaction']);
    await subscription.unsubscribe();
  });
});
