import type { Message } from '../api/types';
import { mergeBySeq } from './merge';
import type { RoomState } from './room-state';

/** Whether there is more in one direction, and how far the page in that direction is. */
export type PageState = 'more' | 'loading' | 'failed' | 'none';

/** A stretch of the log around an old message: whole in itself, but apart from the live end, which goes on beside it. */
export interface Window {
  /** By seq, never empty. */
  readonly messages: readonly Message[];
  readonly older: PageState;
  readonly newer: Exclude<PageState, 'none'>;
}

/** The message that a link asked for. */
export interface Target {
  readonly seq: number;
  readonly state: 'loading' | 'found' | 'missing' | 'failed' | 'told';
}

/** What the list shows: the window, or else the live log. Neither has a gap within. */
export const shownMessages = (state: RoomState): readonly Message[] => state.window?.messages ?? state.messages;

export const shownOlder = (state: RoomState): PageState => state.window?.older ?? state.older;

/** Shows the log around a message that is at hand now, in `messages` or in the live log. */
export function openAround(state: RoomState, seq: number, messages: readonly Message[], older: PageState): RoomState {
  const target = { seq, state: 'found' } as const;
  const opened = { ...state, target, view: state.view + 1 };
  if (has(state.messages, seq) || messages.length === 0) return { ...opened, window: null };
  return joinUp({ ...opened, window: { messages: mergeBySeq([], messages), older, newer: 'more' } });
}

/** Puts the window and the live log together once nothing lies between them. */
export function joinUp(state: RoomState): RoomState {
  const { window, messages, phase } = state;
  const [last, first] = [window?.messages.at(-1), messages[0]];
  if (!window || !last || !first || phase !== 'ready' || last.seq + 1 < first.seq) return state;
  const older = (window.messages[0]?.seq ?? 0) < first.seq ? window.older : state.older;
  return { ...state, messages: mergeBySeq(window.messages, messages), older, window: null };
}

/** Adds the page that follows the window. An empty one before the live log is reached means that the store was reset. */
export function extend(state: RoomState, after: number, messages: readonly Message[]): RoomState {
  const { window } = state;
  if (window?.messages.at(-1)?.seq !== after) return state;
  if (messages.length === 0) return backToLive(state);
  return joinUp({ ...state, window: { ...window, messages: mergeBySeq(window.messages, messages), newer: 'more' } });
}

export function backToLive(state: RoomState): RoomState {
  return { ...told(state), window: null, view: state.view + 1 };
}

/** What there was to say about the message that was sought is said. */
export function told(state: RoomState): RoomState {
  return { ...state, target: state.target && { ...state.target, state: 'told' } };
}

function has(messages: readonly Message[], seq: number): boolean {
  return messages.some((message) => message.seq === seq);
}
