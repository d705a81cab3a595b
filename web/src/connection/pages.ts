import { fetchAfter, fetchBefore } from '../api/messages';
import type { Message } from '../api/types';
import type { Store } from '../store';
import type { RoomAction, RoomState } from './room-state';
import { shownMessages, shownOlder } from './window';

/** Reads pages of the open room's log that the reader asks for. The live cursor is none of its business. */
export class Pages {
  constructor(
    private readonly room: Store<RoomState | null>,
    private readonly reduce: (roomId: string, action: RoomAction) => void,
  ) {}

  /** Loads the page before the oldest message that is shown. */
  async older(): Promise<void> {
    const state = this.room.get();
    const before = state ? shownMessages(state)[0]?.seq : undefined;
    if (!state || before === undefined || !['more', 'failed'].includes(shownOlder(state))) return;
    const { roomId } = state;
    this.reduce(roomId, { type: 'older-state', before, older: 'loading' });
    try {
      this.reduce(roomId, { type: 'older', before, messages: await fetchBefore(roomId, before) });
    } catch {
      this.reduce(roomId, { type: 'older-state', before, older: 'failed' });
    }
  }

  /** Loads the page after the window, until it has reached the live log. */
  async newer(): Promise<void> {
    const { roomId, window } = this.room.get() ?? {};
    const last = window?.messages.at(-1);
    if (!roomId || !last || window?.newer === 'loading') return;
    const after = last.seq;
    this.reduce(roomId, { type: 'newer-state', after, newer: 'loading' });
    try {
      const page = await fetchAfter(roomId, { after, afterId: last.id });
      // What is no longer a continuation is not one: the log was trimmed or reset meanwhile.
      this.reduce(roomId, { type: 'newer', after, messages: page?.recovered ? page.messages : [] });
    } catch {
      this.reduce(roomId, { type: 'newer-state', after, newer: 'failed' });
    }
  }

  /** Shows the log around a message, however old it is: two pages, none of those in between. */
  async openAt(seq: number): Promise<void> {
    const state = this.room.get();
    if (!state || (state.target?.seq === seq && state.target.state === 'loading')) return;
    const { roomId } = state;
    if (state.phase === 'ready' && shownMessages(state).some((message) => message.seq === seq)) {
      this.reduce(roomId, { type: 'around', seq, messages: shownMessages(state) });
      return;
    }
    this.reduce(roomId, { type: 'sought', target: { seq, state: 'loading' } });
    const settle = (action: RoomAction) => {
      if (this.room.get()?.target?.seq === seq) this.reduce(roomId, action);
    };
    try {
      const messages = await around(roomId, seq);
      if (messages) settle({ type: 'around', seq, messages });
      else settle({ type: 'sought', target: { seq, state: 'missing' } });
    } catch {
      settle({ type: 'sought', target: { seq, state: 'failed' } });
    }
  }

  /** Back to the live end, at once. */
  toNewest(): void {
    const roomId = this.room.get()?.roomId;
    if (roomId) this.reduce(roomId, { type: 'to-newest' });
  }

  /** The reader has closed what was said about the message of a link. */
  forgetTarget(): void {
    const roomId = this.room.get()?.roomId;
    if (roomId) this.reduce(roomId, { type: 'target-told' });
  }
}

/** The messages around an entry of the log, itself included; null when it is no message, or not there any more. */
async function around(roomId: string, seq: number): Promise<readonly Message[] | null> {
  const upTo = await fetchBefore(roomId, seq + 1);
  const found = upTo.at(-1);
  if (found?.seq !== seq) return null;
  const following = await fetchAfter(roomId, { after: seq, afterId: found.id });
  return following?.recovered ? [...upTo, ...following.messages] : null;
}
