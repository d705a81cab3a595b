// 0.4's REST API. Express adds an ETag to each answer and gives 304 to who has it, as it did there.
import express from 'express';

import { newMessage } from './types.mjs';

export function routes(store, io) {
  const api = express.Router();
  api.use((_, response, next) => {
    response.set({ 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Credentials': 'true' });
    next();
  });
  api.use(express.json());

  api
    .route('/api/rooms/:roomId/messages')
    .get(async ({ params }, response) => {
      response.json(await store.messages(params.roomId));
    })
    .post(async ({ params: { roomId }, body }, response) => {
      const { clientId, content, messageType } = body ?? {};
      if (!clientId || !content) {
        response.status(400).json({ error: 'Client ID, room ID, and message content are required' });
        return;
      }
      const message = newMessage(clientId, { roomId, content, messageType });
      await store.addMessage(message);
      io.to(roomId).emit('new_message', message);
      response.status(201).json(message);
    });

  api
    .route('/api/clients/:clientId/rooms')
    .get(async ({ params }, response) => {
      response.json(await store.roomsOf(params.clientId));
    })
    .post(async ({ params: { clientId }, body }, response) => {
      if (!body?.name) {
        response.status(400).json({ error: 'Room name and client ID are required' });
        return;
      }
      const room = await store.createRoom(body, clientId);
      io.to(clientId).emit('new_room', room);
      response.status(201).json(room);
    });

  api.get('/api/clients/:clientId/rooms/:roomId', async ({ params }, response) => {
    const room = await store.room(params.roomId);
    if (room?.creatorId === params.clientId) response.json(room);
    else response.status(404).json({ error: 'Room not found' });
  });

  api.get('/api/status', async (_, response) => {
    response.json({
      status: 'online',
      redis: store.isReady() ? 'connected' : 'disconnected',
      socketAdapterReady: true,
      rooms: await store.countRooms(),
      timestamp: new Date().toISOString(),
    });
  });

  api.use((error, _request, response, _next) => {
    response.status(500).json({ error: 'Internal server error', message: error.message });
  });
  return api;
}
