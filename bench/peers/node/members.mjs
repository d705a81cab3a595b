// Who is in a room, and telling the others: each change goes to everybody in it.

const change = async (store, roomId, clientId, action) => ({
  roomId,
  user: { id: clientId },
  count: await store.countMembers(roomId),
  action,
  timestamp: new Date().toISOString(),
});

/** The joiner is told, too. */
export async function join(io, store, socket, clientId, roomId) {
  socket.join(roomId);
  await Promise.all([store.setRooms(socket.id, [roomId]), store.addMember(roomId, clientId)]);
  io.to(roomId).emit('room_member_change', await change(store, roomId, clientId, 'join'));
}

/** The leaver is not told. */
export async function leave(store, socket, clientId, roomId) {
  socket.leave(roomId);
  await store.removeMember(roomId, clientId);
  socket.to(roomId).emit('room_member_change', await change(store, roomId, clientId, 'leave'));
}

/** Leaves the room that the socket is in, if any. */
export async function leaveAll(store, socket, clientId) {
  for (const roomId of await store.joined(socket.id)) await leave(store, socket, clientId, roomId);
}
