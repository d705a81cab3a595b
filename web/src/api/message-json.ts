import type { Message } from './types';

/**
 * Messages as the server sends them. One that breaks the contract keeps its place in the log, which the cursor needs, and
 * is marked as broken; only what has no place cannot be kept.
 */
export function readMessages(value: unknown): Message[] {
  if (!Array.isArray(value)) throw new TypeError('the server sent something other than messages');
  return value.flatMap((item: unknown) => readMessage(item) ?? []);
}

function readMessage(value: unknown): Message | null {
  const message = (value ?? {}) as Partial<Message>;
  if (!Number.isInteger(message.seq)) {
    console.error('a message without a place in the log was left out', value);
    return null;
  }
  const sound =
    [message.id, message.clientId, message.content, message.roomId].every((field) => typeof field === 'string') &&
    !Number.isNaN(Date.parse(message.timestamp ?? ''));
  return sound ? (message as Message) : broken(message);
}

function broken({ id, clientId, roomId, timestamp, seq = 0 }: Partial<Message>): Message {
  return {
    id: text(id),
    clientId: text(clientId),
    roomId: text(roomId),
    content: '',
    timestamp: new Date(Date.parse(text(timestamp)) || 0).toISOString(),
    messageType: 'text',
    seq,
    broken: true,
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
