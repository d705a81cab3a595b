// Scripts that only speak REST: they say something now and then, and poll.
import { newClient, newRoom, request } from '../../../lib/api.mjs';
import { pause } from './talkers.mjs';

const SCRIPTS = 12;

/** Lets scripts talk and poll at the edge until `end` (ms since 1970). Resolves when it is over. */
export async function startScripts(edge, end) {
  const client = await newClient(edge);
  const room = await newRoom(edge, client, 'Scripts');
  const path = `/api/rooms/${room.id}/messages`;
  const life = async (number) => {
    let etag;
    while (Date.now() < end) {
      await pause(0.2 + Math.random() * 0.6);
      const says = Math.random() < 0.2;
      const asked = says
        ? request(edge, 'POST', path, { token: client.token, body: { clientId: client.clientId, content: `Script ${number} says so` } })
        : request(edge, 'GET', path, { headers: etag ? { 'if-none-match': etag } : {} });
      // The edge may be answered by no store for the moment: that is an answer too.
      etag = (await asked).headers.get('etag') ?? etag;
    }
  };
  await Promise.all(Array.from({ length: SCRIPTS }, (_, number) => life(number)));
}
