import type { Message } from '../api/types';
import type { Pending } from '../connection/room-state';

/** The message that an action is about. */
export interface Subject {
  readonly id: string;
  readonly roomId: string;
  readonly content: string;
  /** Its place in the log, once it has one. */
  readonly seq: number | undefined;
  readonly failed: boolean;
}

export function subjectOf(message: Message | undefined, pending: Pending | undefined): Subject {
  return {
    // Ids of others are no keys: a stranger's message may carry one that is already in use.
    id: message ? `${message.roomId} ${message.seq}` : (pending?.messageId ?? ''),
    roomId: message?.roomId ?? pending?.roomId ?? '',
    content: message?.content ?? pending?.content ?? '',
    seq: message?.seq,
    failed: pending?.state === 'failed',
  };
}
