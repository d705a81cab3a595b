// People who come to rooms on some hubs, talk, and now and then lose their connection.
import { TALK } from '../../talk.mjs';
import { join, newRoom, open, registered } from '../../../sockets/client.mjs';

const ROOMS = 4;
const PEOPLE = 80;

/** Waits so many seconds. */
export const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Lets people talk on `hubs` until `end` (ms since 1970): ever more of them, more and less lively. `ended` is when it is over. */
export async function startTalk(hubs, end) {
  const host = await registered(hubs[0]);
  const rooms = [];
  for (let n = 1; n <= ROOMS; n += 1) rooms.push(await newRoom(host, `Room ${n}`));
  const people = [];
  const begun = Date.now();
  const life = async (number) => {
    await pause((number / PEOPLE) * ((end - begun) / 1000) * 0.3);
    const room = rooms[number % ROOMS];
    const person = open(hubs[number % hubs.length]);
    people.push(person);
    let last;
    person.socket.on('new_message', ({ seq }) => (last = seq));
    person.socket.on('connect', async () => {
      try {
        await person.ask('register', `person-${number}`);
        await join(person, last === undefined ? room : { roomId: room, after: last });
      } catch {
        // The hub or the store is gone for the moment; the next connection does it.
      }
    });
    while (Date.now() < end) {
      const lively = 1 + 0.8 * Math.sin((Date.now() - begun) / 9_000);
      await pause((1 + Math.random() * 4) / lively);
      const [, content] = TALK[Math.floor(Math.random() * TALK.length)];
      person.seen.length = 0;
      if (person.socket.connected) person.ask('send_message', { roomId: room, content, messageId: crypto.randomUUID() }).catch(() => {});
      // Somebody's train goes into a tunnel.
      if (Math.random() < 0.02) person.socket.io.engine?.close();
    }
  };
  const ended = Promise.all(Array.from({ length: PEOPLE }, (_, number) => life(number)));
  const close = () => [host, ...people].forEach((client) => client.close());
  return { ended, close };
}
