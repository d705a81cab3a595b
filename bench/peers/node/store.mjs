// 0.4's keys in Redis: rooms, who made which, a list of messages and a set of members for each, and what each socket is.
import { newRoom, newRoomId } from './types.mjs';

const madeBy = (clientId) => `user:${clientId}:rooms`;
const messagesOf = (roomId) => `room:${roomId}:messages`;
const membersOf = (roomId) => `room:${roomId}:members`;
const parse = (json) => JSON.parse(json);

export function openStore(redis) {
  const room = async (id) => {
    const json = await redis.hGet('rooms', id);
    return json ? parse(json) : null;
  };

  return {
    isReady: () => redis.isReady,
    countRooms: () => redis.hLen('rooms'),
    room,

    async createRoom(fields, clientId) {
      let id = newRoomId();
      while (await redis.hExists('rooms', id)) id = newRoomId();
      const made = newRoom(id, fields, clientId);
      await Promise.all([redis.hSet('rooms', id, JSON.stringify(made)), redis.sAdd(madeBy(clientId), id)]);
      return made;
    },

    async roomsOf(clientId) {
      const ids = await redis.sMembers(madeBy(clientId));
      if (ids.length === 0) return [];
      return (await redis.hmGet('rooms', ids)).filter(Boolean).map(parse);
    },

    addMessage: (message) => redis.rPush(messagesOf(message.roomId), JSON.stringify(message)),

    /** All of them, oldest first: 0.4 knows no pages. */
    messages: async (roomId) => (await redis.lRange(messagesOf(roomId), 0, -1)).map(parse),

    addMember: (roomId, clientId) => redis.sAdd(membersOf(roomId), clientId),
    removeMember: (roomId, clientId) => redis.sRem(membersOf(roomId), clientId),
    countMembers: (roomId) => redis.sCard(membersOf(roomId)),

    setClient: (socketId, clientId) => redis.hSet('socket:clients', socketId, clientId),
    clientOf: (socketId) => redis.hGet('socket:clients', socketId),
    setRooms: (socketId, ids) => redis.hSet('socket:rooms', socketId, JSON.stringify(ids)),
    joined: async (socketId) => parse((await redis.hGet('socket:rooms', socketId)) ?? '[]'),
    forget: (socketId) =>
      Promise.all([redis.hDel('socket:clients', socketId), redis.hDel('socket:rooms', socketId)]),
  };
}
