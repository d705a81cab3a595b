// A message of the page is one trace, when the server traces, and names none otherwise.
import { startCollector, tree } from '../lib/collector.mjs';
import { expect, openRoom, say, test } from './fixtures.mjs';
import { startStack } from './stack.mjs';

/** What the page sends that names a trace: frames of its sockets and headers of its requests. */
function tracesOf(page) {
  const named = [];
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => named.push(...String(payload).matchAll(/"traceparent":"(.*?)"/g))));
  page.on('request', (request) => named.push(...(request.headers()['traceparent'] ?? '').matchAll(/(.+)/g)));
  return () => named.map(([, text]) => text);
}

test('by socket and without one, the page begins the trace that goes to the store and back', async ({ browser }) => {
  const collector = await startCollector();
  const stack = await startStack({ env: collector.env, variables: { traces: 'true' } });
  const context = await browser.newContext({ baseURL: stack.origin });
  try {
    const room = await stack.room('Traced');
    // From now on the store knows the script, which is sent twice where it does not.
    await room.say('Script', 'the first');
    const page = await context.newPage();
    const traces = tracesOf(page);
    await page.addInitScript(() => localStorage.setItem('roomtalk_username', 'Ada'));
    await openRoom(page, room.id);
    await say(page, 'by socket');
    await expect(page.getByText('by socket')).toBeVisible();
    await expect.poll(() => traces().length).toBe(1);

    const names = (spans) => spans.map(({ service, name }) => `${service}: ${name}`);
    const [, traceId, spanId] = /^00-(\w{32})-(\w{16})-01$/.exec(traces()[0]);
    const spans = await collector.trace(traceId, (found) => found.length >= 4);
    expect(names(spans).sort(), tree(spans)).toEqual(['roomtalk-gateway: EVALSHA', 'roomtalk-hub: fan out', 'roomtalk-hub: send_message', 'roomtalk-hub: store append']);
    expect(spans.find(({ name }) => name === 'send_message').parentSpanId).toBe(spanId);

    await stack.hub.kill();
    await say(page, 'by REST');
    await expect.poll(() => stack.messages(room.id), { timeout: 30_000 }).toMatchObject(['the first', 'by socket', 'by REST'].map((content) => ({ content })));
    const last = traces().at(-1).slice(3, 35);
    const byRest = await collector.trace(last, (found) => found.length >= 3);
    expect(names(byRest).sort(), tree(byRest)).toEqual(['roomtalk-edge: POST', 'roomtalk-edge: POST /api/rooms/:roomId/messages', 'roomtalk-gateway: EVALSHA']);
  } finally {
    await context.close();
    await stack.stop();
    await collector.stop();
  }
});

test('where nothing is traced, the page names no trace', async ({ person, stack }) => {
  const room = await stack.room('Untraced');
  const page = await person('Ada');
  const traces = tracesOf(page);
  await openRoom(page, room.id);
  await say(page, 'as ever');
  await expect.poll(() => stack.messages(room.id)).toMatchObject([{ content: 'as ever' }]);
  expect(traces()).toEqual([]);
});
