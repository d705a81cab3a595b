// 0.4's socket events but the upload in chunks, which no client of it used.
import { join, leave, leaveAll } from './members.mjs';
import { newMessage } from './types.mjs';

export function serveSockets(io, store) {
  io.on('connection', (socket) => {
    const refuse = (message) => socket.emit('error', { message });
    /** The client of this socket, or null after telling that there is none. */
    const registered = async (message = 'You are not registered') => {
      const clientId = await store.clientOf(socket.id);
      if (!clientId) refuse(message);
      return clientId;
    };
    const on = (event, handle) =>
      socket.on(event, async (...args) => {
        try {
          await handle(...args);
        } catch (error) {
          console.error(`${event}: ${error.message}`);
        }
      });
    const sendRooms = async (clientId) => socket.emit('room_list', await store.roomsOf(clientId));
    const sendHistory = async (roomId) => socket.emit('message_history', await store.messages(roomId));

    on('register', async (given) => {
      const clientId = given || crypto.randomUUID();
      await store.setClient(socket.id, clientId);
      socket.join(clientId);
      await sendRooms(clientId);
    });

    on('get_rooms', async () => {
      const clientId = await registered();
      if (clientId) await sendRooms(clientId);
    });

    on('create_room', async (fields, ack) => {
      const message = 'You are not registered or room name is required';
      const clientId = await registered(message);
      if (!clientId) return;
      if (!fields?.name) {
        refuse(message);
        return;
      }
      const room = await store.createRoom(fields, clientId);
      io.to(clientId).emit('new_room', room);
      ack?.(room.id);
    });

    on('join_room', async (roomId) => {
      const clientId = await registered();
      if (!clientId) return;
      await leaveAll(store, socket, clientId);
      if (!(await store.room(roomId))) {
        refuse('Room not found');
        return;
      }
      await join(io, store, socket, clientId, roomId);
      await sendHistory(roomId);
      socket.emit('room_member_count', { roomId, count: await store.countMembers(roomId) });
    });

    on('leave_room', async (roomId) => {
      const clientId = await store.clientOf(socket.id);
      if (!clientId) return;
      await store.setRooms(socket.id, []);
      await leave(store, socket, clientId, roomId);
    });

    on('get_room_messages', sendHistory);

    on('get_room_by_id', async (roomId, ack) => {
      ack?.(await store.room(roomId));
    });

    on('send_message', async (fields) => {
      const clientId = await registered();
      if (!clientId) return;
      if (!fields?.roomId) {
        refuse('Room ID is required');
        return;
      }
      const message = newMessage(clientId, fields);
      await store.addMessage(message);
      io.to(message.roomId).emit('new_message', message);
    });

    on('disconnect', async () => {
      const clientId = await store.clientOf(socket.id);
      if (clientId) await leaveAll(store, socket, clientId);
      await store.forget(socket.id);
    });
  });
}
