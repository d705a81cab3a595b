import { ApiError } from '../api/http';
import type { Message } from '../api/types';
import { nextDelay, pause } from './backoff';
import type { Outbox } from './outbox';
import { PASSING } from './passing';
import type { Pending, PendingImage } from './room-state';

interface Wiring {
  readonly outbox: Outbox;
  /** Stores one message: by the socket or by REST. */
  readonly transmit: (item: Pending) => Promise<Message>;
  /** A message was stored. */
  readonly sent: (message: Message) => void;
  /** The list of pending messages has changed. */
  readonly changed: () => void;
  /** A message is pending no more. */
  readonly settled: (item: Pending) => void;
}

/**
 * Sends what the outbox holds: one message of a room after the other, in the order in which they were typed, each with
 * one id for all its attempts. A refusal that cannot pass marks the message failed and lets the next one go.
 */
export class Sender {
  private items: readonly Pending[] = [];
  private readonly draining = new Map<string, AbortController>();

  constructor(private readonly wiring: Wiring) {}

  /** Takes over what an earlier page left unsent. */
  async restore(): Promise<void> {
    const kept = await this.wiring.outbox.restore();
    const known = new Set(this.items.map((item) => item.messageId));
    this.replace([...kept.filter((item) => !known.has(item.messageId)), ...this.items]);
    this.wake();
  }

  pendingOf(roomId: string): readonly Pending[] {
    return this.items.filter((item) => item.roomId === roomId);
  }

  async add(item: Pending): Promise<void> {
    this.replace([...this.items, item]);
    await this.wiring.outbox.put(item);
    void this.drain(item.roomId);
  }

  retry(messageId: string): void {
    const item = this.update(messageId, { state: 'waiting' });
    if (item) void this.wiring.outbox.put(item).then(() => this.drain(item.roomId));
  }

  discard(messageId: string): void {
    const gone = this.items.find((item) => item.messageId === messageId);
    this.replace(this.items.filter((item) => item !== gone));
    if (gone) this.wiring.settled(gone);
    void this.wiring.outbox.remove(messageId);
  }

  /** The images that a message has by now; none when it is pending no more. */
  imagesOf(messageId: string): readonly PendingImage[] | undefined {
    return this.items.find((item) => item.messageId === messageId)?.images;
  }

  /** Keeps what is known of a message's images: those that are uploaded need not be sent again. */
  async changeImages(messageId: string, change: (image: PendingImage) => PendingImage): Promise<void> {
    const item = this.update(messageId, { images: this.imagesOf(messageId)?.map(change) ?? [] });
    if (item) await this.wiring.outbox.put(item);
  }

  /** Takes one image out of a message; a message that holds nothing else is discarded. One that failed is tried again. */
  async removeImage(messageId: string, key: string): Promise<void> {
    const item = this.items.find((other) => other.messageId === messageId);
    if (!item) return;
    const images = item.images.filter((image) => image.key !== key);
    if (images.length === 0 && item.content === '') {
      this.discard(messageId);
      return;
    }
    const changed = this.update(messageId, { images });
    if (changed) await this.wiring.outbox.put(changed);
    if (item.state === 'failed' && !images.some(({ failure }) => failure)) this.retry(messageId);
  }

  /** The messages of this user that were seen in a room are no longer pending. */
  confirm(messageIds: readonly string[]): void {
    const seen = new Set(messageIds);
    for (const item of this.items) if (seen.has(item.messageId)) this.discard(item.messageId);
  }

  /** The connection has changed: whoever waits for another attempt makes it now. */
  wake(): void {
    for (const waiting of this.draining.values()) waiting.abort();
    for (const roomId of new Set(this.items.map((item) => item.roomId))) void this.drain(roomId);
  }

  private async drain(roomId: string): Promise<void> {
    if (this.draining.has(roomId)) return;
    try {
      for (let attempt = 0; ; ) {
        const wakeUp = new AbortController();
        this.draining.set(roomId, wakeUp);
        const item = this.items.find((other) => other.roomId === roomId && other.state !== 'failed');
        if (!item) return;
        const wait = await this.attempt(item, attempt);
        attempt = wait === 0 ? 0 : attempt + 1;
        if (wait > 0) await pause(wait, wakeUp.signal);
      }
    } finally {
      this.draining.delete(roomId);
    }
  }

  /** Tries once; gives the milliseconds to wait before the next try, 0 when this message is done with. */
  private async attempt(item: Pending, attempt: number): Promise<number> {
    this.update(item.messageId, { state: 'sending' });
    try {
      const message = await this.wiring.transmit(item);
      this.wiring.sent(message);
      this.discard(item.messageId);
      return 0;
    } catch (error) {
      if (!this.imagesOf(item.messageId)) return 0;
      const refusal = error instanceof ApiError ? error : new ApiError(String(error), 'internal', 0);
      if (PASSING.has(refusal.code)) {
        this.update(item.messageId, { state: 'waiting', failure: refusal.code });
        return refusal.retryAfter ?? nextDelay(attempt);
      }
      const failed = this.update(item.messageId, { state: 'failed', failure: refusal.code });
      if (failed) await this.wiring.outbox.put(failed);
      return 0;
    }
  }

  private update(messageId: string, change: Partial<Pick<Pending, 'state' | 'failure' | 'images'>>): Pending | undefined {
    let updated: Pending | undefined;
    this.replace(
      this.items.map((item) => {
        if (item.messageId !== messageId) return item;
        updated = { ...item, ...change };
        return updated;
      }),
    );
    return updated;
  }

  private replace(items: readonly Pending[]): void {
    this.items = items;
    this.wiring.changed();
  }
}
