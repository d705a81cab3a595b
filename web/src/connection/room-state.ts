import type { Cursor } from '../api/messages';
import type { Message, Outgoing, Room } from '../api/types';
import { mergeBySeq } from './merge';
import { backToLive, extend, joinUp, openAround, shownMessages, told, type PageState, type Target, type Window } from './window';

/** An image on its way. */
export interface PendingImage {
  readonly key: string;
  readonly blob: Blob;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** Its id on the server, once it is there. */
  readonly id?: string;
  /** Why the server refused it: an error code. */
  readonly failure?: string;
}

/** A message of this user that the server has not confirmed yet. */
export interface Pending extends Omit<Outgoing, 'images'> {
  readonly images: readonly PendingImage[];
  /** When it was typed, Unix ms; also its place in the outbox. */
  readonly createdAt: number;
  readonly state: 'waiting' | 'sending' | 'failed';
  /** Why it failed, or still waits: an error code. */
  readonly failure?: string;
}

/** Everything the page knows about the room it is in. */
export interface RoomState {
  readonly roomId: string;
  readonly phase: 'loading' | 'ready' | 'missing' | 'failed';
  readonly room: Room | null;
  /** The live log, by seq. */
  readonly messages: readonly Message[];
  /** Up to here nothing is missing; own messages that were stored while others were missed lie beyond it. */
  readonly cursor: Cursor | null;
  /** Whether there is more before the first one. */
  readonly older: PageState;
  /** What is shown instead of the live log, away from it; null at the live log. */
  readonly window: Window | null;
  readonly target: Target | null;
  /** Counts how often the reader was taken to another place. */
  readonly view: number;
  readonly count: number;
  readonly lastMove: { readonly clientId: string; readonly action: 'join' | 'leave'; readonly at: number } | null;
  readonly pending: readonly Pending[];
}

export type RoomAction =
  | { readonly type: 'joined'; readonly room: Room; readonly count: number }
  | { readonly type: 'described'; readonly room: Room }
  /** A page of the newest messages: what is there is dropped, for it may be old or wrong. */
  | { readonly type: 'replaced'; readonly messages: readonly Message[] }
  /** What followed the cursor: missed messages, or live ones. */
  | { readonly type: 'received'; readonly messages: readonly Message[] }
  /** This user's message is stored. What others said before it may not have come yet. */
  | { readonly type: 'acknowledged'; readonly message: Message }
  /** The page before the first message shown, which was `before`. */
  | { readonly type: 'older'; readonly before: number; readonly messages: readonly Message[] }
  | { readonly type: 'older-state'; readonly before: number; readonly older: PageState }
  /** The page after the last message of the window, which was `after`. */
  | { readonly type: 'newer'; readonly after: number; readonly messages: readonly Message[] }
  | { readonly type: 'newer-state'; readonly after: number; readonly newer: Window['newer'] }
  | { readonly type: 'sought'; readonly target: Target }
  /** The messages around the one sought, itself among them; none when the live log has it. */
  | { readonly type: 'around'; readonly seq: number; readonly messages: readonly Message[] }
  | { readonly type: 'target-told' }
  | { readonly type: 'to-newest' }
  | { readonly type: 'counted'; readonly count: number }
  | { readonly type: 'moved'; readonly clientId: string; readonly action: 'join' | 'leave'; readonly count: number; readonly at: number }
  | { readonly type: 'pending'; readonly pending: readonly Pending[] }
  | { readonly type: 'missing' }
  | { readonly type: 'load-failed' };

/** Entry 1 of every room is its creation; a list that starts at 2 is whole. */
const FIRST_MESSAGE_SEQ = 2;

export function emptyRoom(roomId: string, room: Room | null = null): RoomState {
  return {
    roomId,
    phase: 'loading',
    room,
    messages: [],
    cursor: null,
    older: 'none',
    window: null,
    target: null,
    view: 0,
    count: 0,
    lastMove: null,
    pending: [],
  };
}

export function reduceRoom(state: RoomState, action: RoomAction): RoomState {
  switch (action.type) {
    case 'joined':
      return { ...state, room: action.room, count: action.count };
    case 'described':
      return { ...state, room: action.room };
    case 'replaced': {
      const messages = mergeBySeq([], action.messages);
      const log = { phase: 'ready', messages, cursor: cursorAt(messages), older: olderThan(messages) } as const;
      // A log that ends before the window does is another log.
      const reset = (state.window?.messages.at(-1)?.seq ?? 0) > (messages.at(-1)?.seq ?? 0);
      return reset ? backToLive({ ...state, ...log }) : joinUp({ ...state, ...log });
    }
    case 'received': {
      const messages = mergeBySeq(state.messages, action.messages);
      const older = state.messages.length === 0 ? olderThan(messages) : state.older;
      const cursor = further(state.cursor, cursorAt(mergeBySeq([], action.messages)));
      if (messages === state.messages && cursor === state.cursor && state.phase === 'ready') return state;
      return joinUp({ ...state, phase: 'ready', messages, cursor, older });
    }
    case 'acknowledged': {
      const messages = mergeBySeq(state.messages, [action.message]);
      return messages === state.messages ? state : { ...state, messages };
    }
    case 'older': {
      const shown = shownMessages(state);
      if (shown[0]?.seq !== action.before) return state;
      const messages = mergeBySeq(shown, action.messages);
      return withShown(state, { messages, older: action.messages.length === 0 ? 'none' : olderThan(messages) });
    }
    case 'older-state':
      return shownMessages(state)[0]?.seq === action.before ? withShown(state, { older: action.older }) : state;
    case 'newer':
      return extend(state, action.after, action.messages);
    case 'newer-state': {
      const { window } = state;
      return window?.messages.at(-1)?.seq === action.after ? { ...state, window: { ...window, newer: action.newer } } : state;
    }
    case 'sought':
      return { ...state, target: action.target };
    case 'around':
      return openAround(state, action.seq, action.messages, olderThan(action.messages));
    case 'target-told':
      return told(state);
    case 'to-newest':
      return backToLive(state);
    case 'counted':
      return state.count === action.count ? state : { ...state, count: action.count };
    case 'moved': {
      const { clientId, at } = action;
      return { ...state, count: action.count, lastMove: { clientId, action: action.action, at } };
    }
    case 'pending':
      return { ...state, pending: action.pending };
    case 'missing':
      return { ...state, phase: 'missing' };
    case 'load-failed':
      return state.phase === 'loading' ? { ...state, phase: 'failed' } : state;
  }
}

function withShown(state: RoomState, change: Partial<Pick<RoomState, 'messages' | 'older'>>): RoomState {
  return state.window ? { ...state, window: { ...state.window, ...change } } : { ...state, ...change };
}

/** The place of the newest message. */
function cursorAt(messages: readonly Message[]): Cursor | null {
  const newest = messages.at(-1);
  return newest ? { after: newest.seq, afterId: newest.id } : null;
}

function further(known: Cursor | null, next: Cursor | null): Cursor | null {
  return next && (!known || next.after > known.after) ? next : known;
}

function olderThan(messages: readonly Message[]): 'more' | 'none' {
  const [first] = messages;
  return first && first.seq > FIRST_MESSAGE_SEQ ? 'more' : 'none';
}
