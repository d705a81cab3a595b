// Rooms and messages as 0.4 makes them, in its order of keys. What is absent is left out.
import { randomInt, randomUUID } from 'node:crypto';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Ten characters of 62. */
export const newRoomId = () => Array.from({ length: 10 }, () => DIGITS[randomInt(DIGITS.length)]).join('');

export const newRoom = (id, { name, description = '' }, creatorId) => ({
  id,
  name,
  description,
  createdAt: new Date().toISOString(),
  creatorId,
});

export const newMessage = (clientId, { roomId, content, messageType = 'text', username, avatar }) => ({
  id: randomUUID(),
  clientId,
  content,
  roomId,
  timestamp: new Date().toISOString(),
  messageType,
  username,
  avatar,
});
