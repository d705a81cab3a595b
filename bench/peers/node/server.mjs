// The peer that RoomTalk is measured against: version 0.4 of it, written anew on the current Express, socket.io and
// node-redis. What it does and answers, and which commands that costs, is 0.4's; nothing is compressed or logged.
import { createServer } from 'node:http';

import { createAdapter } from '@socket.io/redis-adapter';
import express from 'express';
import { createClient } from 'redis';
import { Server } from 'socket.io';

import { routes } from './routes.mjs';
import { serveSockets } from './sockets.mjs';
import { openStore } from './store.mjs';

const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';
const port = Number(process.env.PORT ?? 3012);

// One connection for commands, and two for the adapter, of which one only listens. A command may take its time, as with the
// node-redis of then: today's gives up after 5 s, and the adapter, which does not expect that, takes the server down.
const clients = Array.from({ length: 3 }, () => createClient({ url, commandOptions: { timeout: 0 } }));
for (const client of clients) client.on('error', (error) => console.error(error.message));
await Promise.all(clients.map((client) => client.connect()));
const [commands, publisher, subscriber] = clients;
const store = openStore(commands);

const app = express();
app.disable('x-powered-by');
const server = createServer(app);
const io = new Server(server, {
  cors: { origin: '*' },
  pingInterval: 25_000,
  pingTimeout: 60_000,
  maxHttpBufferSize: 5 * 1024 * 1024,
  perMessageDeflate: false,
  httpCompression: false,
});
io.adapter(createAdapter(publisher, subscriber));

app.use(routes(store, io));
serveSockets(io, store);

server.listen(port, '127.0.0.1', () => console.log('ready'));

for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => io.close(() => process.exit(0)));
