import type { Message } from '../api/types';
import type { Pending } from '../connection/room-state';

/** A message as the list shows it: stored, or still on its way. */
export type Row = {
  /** The same before and after the message is stored, so that it is not drawn anew. */
  readonly key: string;
  readonly own: boolean;
  /** The first message of a day: a separator stands above it. */
  readonly startsDay: boolean;
  /** The first of a run of messages by one author: name and time stand above it. */
  readonly startsGroup: boolean;
  /** The first that was not read before the room was opened: a line stands above it. */
  readonly startsUnread: boolean;
} & ({ readonly message: Message; readonly pending?: never } | { readonly pending: Pending; readonly message?: never });

/** Milliseconds of silence that end a run of messages. */
const GROUP_GAP = 5 * 60_000;

interface Head {
  readonly author: string;
  readonly time: number;
}

/**
 * Lays out a room's messages, pending ones last. `read`: up to here all was read before; undefined: never here.
 * `before`: the rows of the last time, for the same `self` and `read`; those that are the same still are taken over.
 */
export function layOutRows(
  messages: readonly Message[],
  pending: readonly Pending[],
  self: string | undefined,
  read?: number,
  before: readonly Row[] = [],
): Row[] {
  const rows: Row[] = [];
  let allRead = read === undefined || (messages[0]?.seq ?? 0) > read + 1;
  let old = 0;
  for (const message of messages) {
    while ((before[old]?.message?.seq ?? Infinity) < message.seq) old += 1;
    const own = message.clientId === self;
    const startsUnread = !allRead && !own && message.seq > (read ?? 0);
    allRead ||= startsUnread;
    const known = before[old];
    const above = rows.at(-1);
    if (known?.message === message && known.startsUnread === startsUnread && above && before[old - 1]?.message === above.message) {
      rows.push(known);
      continue;
    }
    // Ids of others are no keys: a stranger's message may carry one that is already in use.
    const key = own ? message.id : `seq:${message.seq}`;
    rows.push({ key, own, message, startsUnread, ...starts(headOf(above), ofMessage(message)) });
  }
  let previous = headOf(rows.at(-1));
  for (const item of pending) {
    const head = { author: `${self ?? ''} ${item.username}`, time: Math.max(item.createdAt, previous?.time ?? 0) };
    rows.push({ key: item.messageId, own: true, pending: item, startsUnread: false, ...starts(previous, head) });
    previous = head;
  }
  return rows;
}

type LayOut = (messages: readonly Message[], pending: readonly Pending[], self: string | undefined, read?: number) => readonly Row[];

/** A layout that goes on from its last rows: a message that comes costs little, however many are loaded. */
export function layOutGrowing(): LayOut {
  let rows: Row[] = [];
  let user: string | undefined;
  return (messages, pending, self, read) => {
    rows = layOutRows(messages, pending, self, read, self === user ? rows : []);
    user = self;
    return rows;
  };
}

const ofMessage = ({ clientId, username, timestamp }: Message): Head => ({
  author: `${clientId} ${username ?? ''}`,
  time: Date.parse(timestamp),
});

const headOf = (row: Row | undefined): Head | undefined => row?.message && ofMessage(row.message);

function starts(previous: Head | undefined, head: Head) {
  const startsDay = !previous || dayOf(previous.time) !== dayOf(head.time);
  const startsGroup = startsDay || previous.author !== head.author || head.time - previous.time > GROUP_GAP;
  return { startsDay, startsGroup };
}

function dayOf(time: number): string {
  return new Date(time).toDateString();
}
