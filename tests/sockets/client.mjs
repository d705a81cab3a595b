// A client of the hub: the official socket.io-client, with a record of all that it was told.
import { io } from 'socket.io-client';

import { until } from '../lib/process.mjs';

/** Both ways to carry a socket. */
export const transports = ['websocket', 'polling'];

/**
 * Connects to `hub` (`{url}`). `seen` is every event in the order of arrival, as `[name, ...arguments]`.
 * Options are socket.io-client's; `transport` is `websocket` or `polling`.
 */
export function open(hub, { transport = 'websocket', ...options } = {}) {
  const socket = io(hub.url, {
    transports: [transport],
    forceNew: true,
    reconnectionDelay: 50,
    reconnectionDelayMax: 200,
    ...options,
  });
  const seen = [];
  socket.onAny((event, ...args) => seen.push([event, ...args]));
  return {
    socket,
    seen,
    /** Names of what was seen since position `from`. */
    names: (from = 0) => seen.slice(from).map(([event]) => event),
    /** The arguments of every `event` seen since `from`. */
    all: (event, from = 0) => seen.slice(from).filter(([name]) => name === event).map(([, ...args]) => args[0]),
    /** Waits until `event` was seen (`matches` may ask for more), and gives its first argument. */
    async wait(event, matches = () => true, from = 0) {
      const found = () => seen.slice(from).find(([name, ...args]) => name === event && matches(...args));
      await until(() => found(), { what: `${event}; seen: ${JSON.stringify(seen).slice(0, 2000)}` });
      return found()[1];
    },
    /** Emits, and gives the first argument of the ack. */
    ask: (event, ...args) => socket.timeout(15_000).emitWithAck(event, ...args),
    /** Emits, and gives all arguments of the ack. */
    askAll: (event, ...args) =>
      new Promise((resolve, reject) => {
        socket.timeout(15_000).emit(event, ...args, (error, ...answers) => (error ? reject(error) : resolve(answers)));
      }),
    emit: (event, ...args) => socket.emit(event, ...args),
    close: () => socket.close(),
  };
}

/** A connected and registered client with an id of its own. */
export async function registered(hub, clientId = crypto.randomUUID(), options = {}) {
  const client = open(hub, options);
  await until(() => client.socket.connected, { what: 'a connection' });
  const answer = await client.ask('register', clientId);
  if (!answer.ok) throw new Error(`not registered: ${JSON.stringify(answer)}`);
  await client.wait('room_list');
  client.id = clientId;
  return client;
}

/** A new room of `client`, by its id. */
export const newRoom = async (client, name = 'A room') => client.ask('create_room', { name });

/** Joins, waits for the last event of the join, and gives the ack; fails when it is refused. */
export async function join(client, room) {
  const from = client.seen.length;
  const answer = await client.ask('join_room', room);
  if (!answer.ok) throw new Error(`not joined: ${JSON.stringify(answer)}`);
  await client.wait('room_member_count', () => true, from);
  return answer;
}

/** Sends a text and gives the stored message; fails when it is refused. */
export async function send(client, roomId, content, more = {}) {
  const answer = await client.ask('send_message', { roomId, content, ...more });
  if (!answer.ok) throw new Error(`not sent: ${JSON.stringify(answer)}`);
  return answer.message;
}

/** Runs `close` of everything in it, newest first. */
export function closers() {
  const list = [];
  return {
    add(thing) {
      list.push(thing);
      return thing;
    },
    async close() {
      for (const thing of list.splice(0).reverse()) await (thing.stop ?? thing.close)();
    },
  };
}
