import { ApiError } from '../api/http';
import { readMessages } from '../api/message-json';
import { fetchAfter, fetchNewest, postMessage } from '../api/messages';
import { fetchRoom } from '../api/rooms';
import type { Identity, Message, Outgoing, Room } from '../api/types';
import { socketAddress } from '../config';
import { currentIdentity, ensureIdentity, identity, renewToken, replaceIdentity } from '../identity/identity';
import { createStore } from '../store';
import { newTraceparent } from '../trace';
import { nextDelay, pause } from './backoff';
import { Batch } from './batch';
import { Link } from './link';
import { Outbox } from './outbox';
import { Pages } from './pages';
import { Poller } from './poller';
import { emptyRoom, reduceRoom, type Pending, type RoomAction, type RoomState } from './room-state';
import { Sender } from './sender';
import { statusOf, type Facts } from './status';
import { Uploads } from './uploads';

/** Milliseconds without a socket until the page polls; until it loads a room's first page by REST. */
const POLL_AFTER = 10_000;
const LOAD_AFTER = 1500;
const ACK_DEADLINE = 10_000;

interface JoinAck {
  readonly room: Room;
  readonly count: number;
  readonly recovered?: boolean;
}

/** Events that concern the page as a whole rather than the open room. */
export interface PageEvents {
  readonly owned: (rooms: readonly Room[]) => void;
  readonly created: (room: Room) => void;
  readonly identityReplaced: () => void;
}

/**
 * The page's only way to the server for everything that lives: it owns the socket, the room that is open, the polling
 * that stands in for the socket, and the outbox. Views read its stores and call its methods; they never see the socket.
 */
export class Connection {
  readonly status = createStore(statusOf({ socketUp: false, wasUp: false, pollsAnswer: null, online: navigator.onLine }));
  readonly room = createStore<RoomState | null>(null);

  private link: Link | undefined;
  private facts: Facts = { socketUp: false, wasUp: false, pollsAnswer: null, online: navigator.onLine };
  /** The room that the hub has confirmed on this socket. */
  private joined: string | undefined;
  /** What the next `message_history` belongs to: told by the ack that comes before it. */
  private history: { readonly roomId: string; readonly resumed: boolean } | undefined;
  private etag: string | null = null;
  private pollTimer: ReturnType<typeof setTimeout> | undefined;
  private loadTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly poller = new Poller((signal) => this.poll(signal), (pollsAnswer) => this.learn({ pollsAnswer }));
  private readonly sender = new Sender({
    outbox: new Outbox(),
    transmit: (item) => this.transmit(item),
    sent: (message) => this.reduce(message.roomId, { type: 'acknowledged', message }),
    changed: () => this.showPending(),
    settled: ({ images }) => images.forEach(({ key }) => this.uploads.stop(key)),
  });
  private readonly uploads = new Uploads({
    images: (messageId) => this.sender.imagesOf(messageId),
    change: (messageId, change) => this.sender.changeImages(messageId, change),
  });
  /** How far the images of pending messages are. */
  readonly uploadProgress = this.uploads.progress;
  /** Live messages of the open room that wait for the next frame. Every other change of the room comes after them. */
  private readonly arrivals = new Batch<Message>((messages) => this.receive(messages));
  /** Reading away from the live end. */
  readonly pages = new Pages(this.room, (roomId, action) => this.reduce(roomId, action));

  constructor(private readonly events: PageEvents) {}

  /** Connects, and stays so as long as the page lives. */
  async start(): Promise<void> {
    addEventListener('online', () => this.check());
    addEventListener('offline', () => this.check());
    addEventListener('pageshow', () => this.check());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.check();
    });
    this.waitForSocket();
    void this.sender.restore();
    await ensureIdentity();
    const address = await untilKnown(socketAddress);
    this.link = new Link(address, currentIdentity, {
      up: () => this.connected(),
      down: () => this.disconnected(),
      refused: () => void this.replaceIdentity(),
      event: (name, payload) => this.handle(name, payload),
    });
    let clientId = currentIdentity()?.clientId;
    identity.subscribe(() => {
      const next = currentIdentity()?.clientId;
      if (next !== clientId) this.link?.restart();
      clientId = next;
    });
    this.link.open();
  }

  /** Opens a room; the one that was open is left. Opening the open room again does nothing. */
  enter(roomId: string, known: Room | null = null): void {
    const current = this.room.get();
    if (current?.roomId === roomId && current.phase !== 'missing' && current.phase !== 'failed') return;
    this.arrivals.flush();
    this.etag = null;
    this.joined = undefined;
    this.room.set({ ...emptyRoom(roomId, known), pending: this.sender.pendingOf(roomId) });
    this.join();
    clearTimeout(this.loadTimer);
    this.loadTimer = setTimeout(() => void this.loadWithoutSocket(roomId), this.link?.up ? POLL_AFTER : LOAD_AFTER);
    if (this.facts.pollsAnswer !== null) this.poller.wake();
  }

  leave(): void {
    const roomId = this.room.get()?.roomId;
    if (!roomId) return;
    clearTimeout(this.loadTimer);
    this.arrivals.flush();
    this.joined = undefined;
    this.room.set(null);
    this.link?.tell('leave_room', roomId);
  }

  /**
   * Takes a message of the open room into the outbox; it is shown at once and sent as soon as that is possible. Resolves
   * when it is kept: from then on it survives a reload.
   */
  async send(message: Pick<Pending, 'content' | 'username' | 'avatar' | 'images'>): Promise<void> {
    const roomId = this.room.get()?.roomId;
    if (!roomId) return;
    await this.sender.add({ messageId: crypto.randomUUID(), roomId, ...message, createdAt: Date.now(), state: 'waiting' });
  }

  retry(messageId: string): void {
    this.sender.retry(messageId);
  }

  discard(messageId: string): void {
    this.sender.discard(messageId);
  }

  /** Takes an image out of a pending message; its upload ends. */
  removeImage(messageId: string, key: string): void {
    void this.sender.removeImage(messageId, key).then(() => this.uploads.stop(key));
  }

  private check(): void {
    this.learn({ online: navigator.onLine });
    this.link?.check();
    this.poller.wake();
    this.sender.wake();
  }

  private connected(): void {
    clearTimeout(this.pollTimer);
    this.pollTimer = undefined;
    this.poller.stop();
    this.learn({ socketUp: true, wasUp: true, pollsAnswer: null });
    this.join();
    this.sender.wake();
  }

  private disconnected(): void {
    this.joined = undefined;
    this.history = undefined;
    this.learn({ socketUp: false });
    this.waitForSocket();
  }

  private waitForSocket(): void {
    this.pollTimer ??= setTimeout(() => {
      this.poller.start();
      this.sender.wake();
    }, POLL_AFTER);
  }

  /** Joins the open room, from where it is; `fresh`: from the newest page, whatever is shown now. */
  private join(fresh = false): void {
    this.arrivals.flush();
    const state = this.room.get();
    if (!state || !this.link?.up) return;
    const { roomId } = state;
    const cursor = fresh ? null : state.cursor;
    this.link.ask('join_room', { roomId, ...cursor }, ACK_DEADLINE, (error, ack) => {
      if (error) {
        this.joinRefused(roomId, error, fresh);
        return;
      }
      const { room, count, recovered } = ack as JoinAck;
      this.history = { roomId, resumed: cursor !== null && recovered === true };
      if (this.room.get()?.roomId !== roomId) return;
      clearTimeout(this.loadTimer);
      this.joined = roomId;
      this.reduce(roomId, { type: 'joined', room, count });
      this.sender.wake();
    });
  }

  private joinRefused(roomId: string, error: ApiError, fresh: boolean): void {
    if (error.code === 'room_not_found') this.reduce(roomId, { type: 'missing' });
    else if (error.code === 'unauthorized') void this.replaceIdentity();
    else if (!this.link?.up) return;
    // An answer that comes so late would find nobody who waits for its history: what it covers would be missing.
    else if (error.code === 'network') this.link.restart();
    else void pause(nextDelay(2)).then(() => this.rejoin(roomId, fresh));
  }

  private rejoin(roomId: string, fresh: boolean): void {
    if (this.room.get()?.roomId === roomId && this.joined !== roomId) this.join(fresh);
  }

  private handle(name: string, payload: unknown): void {
    switch (name) {
      case 'message_history': {
        const { history } = this;
        if (!history) return;
        const messages = readMessages(payload);
        if (history.resumed) this.receive(messages, history.roomId);
        else this.replace(history.roomId, messages);
        return;
      }
      case 'new_message':
        for (const message of readMessages([payload])) this.arrived(message);
        return;
      case 'room_member_change': {
        const { roomId, user, count, action } = payload as {
          roomId: string;
          user: { id: string };
          count: number;
          action: 'join' | 'leave';
        };
        this.reduce(roomId, { type: 'moved', clientId: user.id, action, count, at: Date.now() });
        return;
      }
      case 'room_member_count': {
        const { roomId, count } = payload as { roomId: string; count: number };
        this.reduce(roomId, { type: 'counted', count });
        return;
      }
      case 'resync':
        if ((payload as { roomId: string }).roomId === this.room.get()?.roomId) this.join(true);
        return;
      case 'identity':
        // The token was made with an older secret; here is its successor.
        renewToken((payload as Identity).token);
        return;
      case 'room_list':
        this.events.owned(payload as Room[]);
        return;
      case 'new_room':
        this.events.created(payload as Room);
        return;
    }
  }

  private arrived(message: Message): void {
    if (message.roomId === this.room.get()?.roomId) this.arrivals.add(message);
    else this.receive([message]);
  }

  private receive(messages: readonly Message[], roomId = messages[0]?.roomId): void {
    if (!roomId) return;
    this.reduce(roomId, { type: 'received', messages });
    this.confirmOwn(messages);
  }

  private replace(roomId: string, messages: readonly Message[]): void {
    this.reduce(roomId, { type: 'replaced', messages });
    this.confirmOwn(messages);
  }

  /** Only this user's own messages settle what is pending: ids are public, so a stranger's message could carry one. */
  private confirmOwn(messages: readonly Message[]): void {
    const self = currentIdentity()?.clientId;
    this.sender.confirm(messages.filter((message) => message.clientId === self).map((message) => message.id));
  }

  private async transmit(item: Pending): Promise<Message> {
    const { clientId } = await ensureIdentity();
    const { messageId, roomId, content, username, avatar } = item;
    try {
      const images = await this.uploads.upload(item, clientId);
      const outgoing: Outgoing = { messageId, roomId, content, username, avatar, images };
      if (this.link?.up && this.joined === roomId) return await this.emit(outgoing);
      return await postMessage(clientId, outgoing, newTraceparent());
    } catch (error) {
      if (error instanceof ApiError && error.code === 'unauthorized') await this.replaceIdentity();
      if (error instanceof ApiError && error.code === 'image_expired') {
        // They waited longer than unsent images are kept: the next attempt uploads them again.
        await this.sender.changeImages(messageId, ({ id: _, ...image }) => image);
      }
      throw error;
    }
  }

  private emit(outgoing: Outgoing): Promise<Message> {
    const traceparent = newTraceparent();
    const payload = { messageType: 'text', ...outgoing, ...(traceparent ? { traceparent } : {}) };
    return new Promise((resolve, reject) => {
      this.link?.ask('send_message', payload, ACK_DEADLINE, (error, ack) => {
        if (error) reject(error);
        else resolve((ack as { message: Message }).message);
      });
    });
  }

  /** Reads what came since the newest message; true when something did. */
  private async poll(signal: AbortSignal): Promise<boolean> {
    this.arrivals.flush();
    const state = this.room.get();
    if (!state || state.phase === 'missing') {
      // No room to read: any answer says that the server is there.
      await fetch('/config.json', { signal, cache: 'no-store' });
      return false;
    }
    const { cursor } = state;
    if (!cursor) return this.loadNewest(state.roomId);
    const missed = await fetchAfter(state.roomId, cursor, this.etag, signal).catch((error: unknown) => this.gone(state.roomId, error));
    if (!missed || signal.aborted) return false;
    if (missed.recovered) this.receive(missed.messages, state.roomId);
    else this.replace(state.roomId, missed.messages);
    this.etag = missed.messages.length === 0 ? missed.etag : null;
    return missed.more ? this.poll(signal) : missed.messages.length > 0;
  }

  private async loadWithoutSocket(roomId: string): Promise<void> {
    if (this.room.get()?.roomId !== roomId || this.joined === roomId) return;
    try {
      await this.loadNewest(roomId);
    } catch {
      this.reduce(roomId, { type: 'load-failed' });
    }
  }

  private async loadNewest(roomId: string): Promise<boolean> {
    try {
      const [room, messages] = await Promise.all([fetchRoom(roomId), fetchNewest(roomId)]);
      if (this.joined === roomId) return false;
      this.reduce(roomId, { type: 'described', room });
      this.replace(roomId, messages);
      return messages.length > 0;
    } catch (error) {
      this.gone(roomId, error);
      return false;
    }
  }

  /** A room that is not there is no failure, but an answer; any other error goes on. */
  private gone(roomId: string, error: unknown): null {
    if (!(error instanceof ApiError) || error.code !== 'room_not_found') throw error;
    this.reduce(roomId, { type: 'missing' });
    return null;
  }

  private async replaceIdentity(): Promise<void> {
    const refused: Identity | null = currentIdentity();
    if (!refused) return;
    const next = await replaceIdentity(refused);
    if (next.clientId !== refused.clientId) this.events.identityReplaced();
  }

  private showPending(): void {
    const roomId = this.room.get()?.roomId;
    if (roomId) this.reduce(roomId, { type: 'pending', pending: this.sender.pendingOf(roomId) });
  }

  private reduce(roomId: string, action: RoomAction): void {
    this.arrivals.flush();
    const state = this.room.get();
    if (state?.roomId === roomId) this.room.set(reduceRoom(state, action));
  }

  private learn(facts: Partial<Facts>): void {
    this.facts = { ...this.facts, ...facts };
    this.status.set(statusOf(this.facts));
  }
}

async function untilKnown<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      console.warn('the hub’s address is not known yet', error);
      await pause(nextDelay(attempt));
    }
  }
}
