// One message's trace, as an OTLP collector gets it.
import { beginTrace, startCollector, tree } from '../../lib/collector.mjs';
import { startHub } from '../../lib/services.mjs';
import { join, registered } from '../../sockets/client.mjs';
import { openRoom, say } from '../fixtures.mjs';
import { startStack } from '../stack.mjs';

export const title = 'The spans of a message that the page sends by socket, with members on two hubs';

/** Prints the traces of a message by socket and of one by REST; the rows are the spans of the first. */
export async function measure({ browser }) {
  const collector = await startCollector();
  const stack = await startStack({ env: collector.env, variables: { traces: 'true' } });
  const other = await startHub({ redis: stack.redis, env: collector.env });
  try {
    const room = await stack.room('Traced');
    const member = await registered(other);
    await join(member, room.id);
    const page = await browser.newPage({ baseURL: stack.origin });
    await page.addInitScript(() => localStorage.setItem('roomtalk_username', 'Ada'));
    await openRoom(page, room.id);

    const whole = (spans) => spans.filter(({ name }) => name === 'fan out').length === 2 && spans.some(({ service }) => service === 'roomtalk-gateway');
    /** The last message's trace: what was sent before has warmed everything. */
    const sent = async (text) => {
      const known = new Set(collector.spans().map(({ traceId }) => traceId));
      await say(page, text);
      await member.wait('new_message', ({ content }) => content === text);
      const [first] = await found(() => collector.spans().filter(({ traceId, name }) => !known.has(traceId) && name === 'send_message'));
      return collector.trace(first.traceId, whole);
    };
    for (const text of ['warm', 'warmer']) await sent(text);
    const bySocket = await sent('by socket');
    console.log(`\nBy socket:\n\n${tree(bySocket)}`);

    let byRest;
    for (const content of ['warm by REST', 'by REST']) {
      const { traceId, traceparent } = beginTrace();
      await post(`${stack.origin}/api/rooms/${room.id}/messages`, { clientId: 'a-script', content }, { traceparent });
      byRest = await collector.trace(traceId, whole);
    }
    console.log(`\nBy REST:\n\n${tree(byRest)}`);
    member.close();
    await page.close();
    bySocket.sort((a, b) => Number(a.start - b.start));
    return bySocket.map(({ service, name, start, end }) => ({ service, span: name, ms: Number(end - start) / 1e6 }));
  } finally {
    await other.stop();
    await stack.stop();
    await collector.stop();
  }
}

async function found(look) {
  for (;;) {
    const all = look();
    if (all.length > 0) return all;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function post(url, body, headers) {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}
