// Fills a room faster than any sender may: written into its log as the store writes it.
import { randomUUID } from 'node:crypto';

const BATCH = 2000;

/** Appends `count` messages, `text(n)` for n from 1, of three people, a minute apart, the last one now. */
export async function writeLog(gateway, roomId, count, text) {
  const now = Date.now();
  for (let done = 0; done < count; done += BATCH) {
    const commands = Array.from({ length: Math.min(BATCH, count - done) }, (_, i) => {
      const n = done + i + 1;
      const id = randomUUID();
      const who = ['Ada', 'Lin', 'Grace'][Math.floor(n / 3) % 3];
      const message = {
        id,
        clientId: `script-${who}`,
        content: text(n),
        roomId,
        timestamp: new Date(now - (count - n) * 60_000).toISOString(),
        messageType: 'text',
        username: who,
      };
      return ['XADD', `room:{${roomId}}:log`, '0-*', 'k', 'message', 'id', id, 'm', JSON.stringify(message)];
    });
    const response = await fetch(`${gateway.url}/pipeline`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.token}` },
      body: JSON.stringify(commands),
    });
    const results = await response.json();
    const refused = results.find?.(({ error }) => error) ?? (Array.isArray(results) ? undefined : results);
    if (refused) throw new Error(refused.error);
  }
}
