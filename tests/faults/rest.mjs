// Honest clients by REST: one that sends, one that polls.
import { place } from './recorder.mjs';

const DEADLINE = 8000;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends by POST. */
export class RestSender {
  constructor({ name, url, roomId, clientId }) {
    Object.assign(this, { name, url, roomId, clientId });
  }

  async whenJoined() {
    return true;
  }

  async attempt({ id, content }) {
    let response;
    let body;
    try {
      response = await fetch(`${this.url()}/api/rooms/${this.roomId}/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ clientId: this.clientId, content, messageId: id }),
        signal: AbortSignal.timeout(DEADLINE),
      });
      body = await response.json();
    } catch (error) {
      return { kind: 'unknown', why: error.cause?.code ?? error.name };
    }
    if (response.status === 201 || response.status === 200) return { kind: 'acked', seq: body.seq };
    if (body.code === 'outcome_unknown') return { kind: 'unknown', why: body.code };
    return { kind: 'refused', code: body.code ?? `status ${response.status}` };
  }
}

/** Reads by `?after=`, as the page does without a socket. */
export class Poller {
  last = null;
  notModified = 0;
  #record;
  #running = true;
  #etag = null;
  #began = false;

  constructor({ name, recorder, url, roomId, every = 80, limit = 100 }) {
    Object.assign(this, { name, url, roomId, every, limit });
    this.#record = recorder.member(name);
  }

  get joined() {
    return this.#began;
  }

  connect() {
    this.ended = this.#run();
  }

  async close() {
    if (!this.#running) return;
    this.#running = false;
    await this.ended;
    this.#record.event({ type: 'end' });
  }

  async #run() {
    while (this.#running) {
      const more = await this.#read().catch((error) => {
        this.#record.event({ type: 'refused', code: error.code ?? error.cause?.code ?? error.name });
        return false;
      });
      if (!more) await sleep(this.every);
    }
  }

  async #read() {
    const cursor = this.last;
    const query = cursor ? `after=${cursor.seq}&${cursor.id ? `afterId=${cursor.id}&` : ''}limit=${this.limit}` : `limit=${this.limit}`;
    const response = await fetch(`${this.url()}/api/rooms/${this.roomId}/messages?${query}`, {
      headers: this.#etag ? { 'if-none-match': this.#etag } : {},
      signal: AbortSignal.timeout(DEADLINE),
    });
    if (response.status === 304) {
      this.notModified += 1;
      return false;
    }
    const body = await response.json();
    if (response.status !== 200) throw Object.assign(new Error(body.error), { code: body.code ?? response.status });
    const places = body.map(place);
    const recovered = cursor !== null && response.headers.get('roomtalk-recovered') === 'true';
    const latestSeq = Number(response.headers.get('roomtalk-latest-seq'));
    this.#etag = places.length === 0 ? response.headers.get('etag') : null;
    this.#began = true;
    if (cursor !== null && recovered && places.length === 0) return false;
    this.#record.event({ type: 'page', after: cursor?.seq ?? null, recovered, latestSeq, messages: places });
    const newest = places.at(-1);
    if (newest) this.last = newest;
    else if (!recovered) this.last = null;
    return places.length > 0 && latestSeq > newest.seq;
  }
}
