// An honest client by socket: joins, resumes by seq after each reconnection, sends with ids of its own, retries what it
// does not know the outcome of, and drops a connection that has gone silent. What it is shown goes into the record as it
// comes, without any repair.
import { io } from 'socket.io-client';

import { place } from './recorder.mjs';

const ACK_DEADLINE = 8000;
const PROBE_EACH = 700;
const PROBE_DEADLINE = 2500;

export class Member {
  /** Everything up to here was seen: `{seq, id}`, null before the first page. */
  last = null;
  joins = 0;
  #socket;
  #record;
  #joined = null;
  #history = null;
  #probe;
  #closed = false;
  #waiting = new Set();
  /** Sends without an answer yet. */
  #asking = new Set();

  /** `url()` says where the hub is at the moment; `options` are socket.io-client's. */
  constructor({ name, recorder, url, roomId, transport, clientId, probes = true, options = {} }) {
    Object.assign(this, { name, url, roomId, transport, clientId, probes, options });
    this.#record = recorder.member(name);
    this.recorder = recorder;
  }

  get joined() {
    return this.#joined !== null && this.#socket?.connected === true;
  }

  connect() {
    const socket = io(this.url(), {
      transports: [this.transport],
      forceNew: true,
      auth: { clientId: this.clientId },
      reconnectionDelay: 30,
      reconnectionDelayMax: 200,
      timeout: 3000,
      ...this.options,
    });
    this.#socket = socket;
    socket.on('connect', () => this.#join());
    socket.on('disconnect', (why) => this.#lost(why));
    socket.on('message_history', (messages) => this.#page(messages));
    socket.on('new_message', (message) => this.#live(message));
    socket.on('resync', () => {
      this.#record.event({ type: 'resync' });
      this.#join(true);
    });
    if (this.probes) this.#probe ??= setInterval(() => this.#ping(), PROBE_EACH);
  }

  /** Goes on at another address, with what it has seen. */
  move() {
    this.#leave('moved');
    this.connect();
  }

  /** Begins anew, as a page that is loaded again. */
  reload() {
    this.#leave('reloaded');
    this.#record.event({ type: 'leave' });
    this.last = null;
    this.connect();
  }

  /** Resolves once the room is joined, or when `signal` aborts. */
  async whenJoined(signal) {
    while (!this.joined && !signal.aborted && !this.#closed) {
      await new Promise((resolve) => {
        this.#waiting.add(resolve);
        setTimeout(resolve, 200);
      });
    }
    return this.joined;
  }

  /** One attempt to send: its outcome. */
  attempt({ id, content }) {
    const socket = this.#socket;
    return new Promise((resolve) => {
      const lost = (why) => {
        this.#asking.delete(lost);
        resolve({ kind: 'unknown', why });
      };
      this.#asking.add(lost);
      socket.timeout(ACK_DEADLINE).emit('send_message', { roomId: this.roomId, content, messageId: id }, (error, answer) => {
        this.#asking.delete(lost);
        if (error) {
          // Acks come in order, so whatever this connection still holds is not to be trusted.
          lost('no answer');
          if (socket === this.#socket) this.drop('no answer');
        } else if (answer.ok) resolve({ kind: 'acked', seq: answer.message.seq });
        else if (answer.code === 'outcome_unknown') lost(answer.code);
        else resolve({ kind: 'refused', code: answer.code });
      });
    });
  }

  /** Gives a connection up that is not to be trusted, and makes another. Closing it in order would wait for it. */
  drop(why) {
    this.#leave(why);
    this.connect();
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#probe);
    this.#leave('closed');
  }

  #leave(why) {
    const socket = this.#socket;
    this.#lost(why);
    // Disconnecting answers whatever was asked, with an error: nobody may take this for the socket any more.
    this.#socket = null;
    socket.removeAllListeners();
    socket.disconnect();
  }

  #join(fresh = false) {
    const socket = this.#socket;
    const cursor = fresh || this.last === null ? null : this.last;
    const wish = { roomId: this.roomId, ...(cursor ? { after: cursor.seq, afterId: cursor.id } : {}) };
    socket.timeout(ACK_DEADLINE).emit('join_room', wish, (error, answer) => {
      if (socket !== this.#socket || this.#closed) return;
      // Joined or not: nobody knows, so what comes now can't be trusted.
      if (error) return this.drop('no answer to a join');
      if (!answer.ok) {
        this.#record.event({ type: 'refused', code: answer.code });
        setTimeout(() => socket === this.#socket && socket.connected && !this.#closed && this.#join(fresh), 60);
        return;
      }
      this.#history = { after: cursor?.seq ?? null, recovered: answer.recovered, latestSeq: answer.latestSeq };
    });
  }

  #page(messages) {
    const places = messages.map(place);
    const join = this.#history;
    this.#history = null;
    if (join === null) {
      if (this.#joined === null) return;
      this.#record.event({ type: 'reload', messages: places });
      this.last = places.at(-1) ?? null;
      return;
    }
    this.#record.event({ type: 'page', ...join, messages: places });
    const newest = places.at(-1);
    if (newest) this.last = newest;
    else if (!join.recovered) this.last = null;
    this.joins += 1;
    this.#joined = this.#socket;
    for (const go of this.#waiting) go();
    this.#waiting.clear();
  }

  #live(message) {
    const seen = place(message);
    this.#record.event({ type: 'message', ...seen });
    if (this.last === null || seen.seq > this.last.seq) this.last = seen;
  }

  #lost(why) {
    if (this.#joined !== null) this.#record.event({ type: 'cut', why });
    this.#joined = null;
    this.#history = null;
    for (const lost of [...this.#asking]) lost(why);
  }

  /** Finds out whether a connection that says nothing still works. */
  #ping() {
    const socket = this.#socket;
    if (!socket?.connected) return;
    socket.timeout(PROBE_DEADLINE).emit('set_username', this.name, (error) => {
      if (error && socket === this.#socket && socket.connected) this.drop('silence');
    });
  }
}
