import { ApiError } from '../api/http';
import { uploadImage } from '../api/images';
import { createStore } from '../store';
import { PASSING } from './passing';
import type { Pending, PendingImage } from './room-state';

interface Wiring {
  /** The images that a message has by now; none when it is pending no more. */
  readonly images: (messageId: string) => readonly PendingImage[] | undefined;
  /** Changes what is known of a message's images, and keeps it. */
  readonly change: (messageId: string, change: (image: PendingImage) => PendingImage) => Promise<void>;
}

/** Uploads the images of pending messages, one after the other, and tells how far each is. */
export class Uploads {
  /** By an image's key: the part that is done, 0 to 1. */
  readonly progress = createStore<ReadonlyMap<string, number>>(new Map());
  private readonly running = new Map<string, AbortController>();

  constructor(private readonly wiring: Wiring) {}

  /**
   * Uploads what has no id yet; gives the ids of all. An image that the server refuses keeps the message from being sent,
   * but not the other images from being uploaded.
   */
  async upload({ messageId, roomId }: Pending, clientId: string): Promise<string[]> {
    const tried = new Set<string>();
    let refusal: ApiError | undefined;
    for (;;) {
      const image = this.wiring.images(messageId)?.find(({ id, key }) => !id && !tried.has(key));
      if (!image) break;
      tried.add(image.key);
      refusal = (await this.uploadOne(messageId, roomId, clientId, image)) ?? refusal;
    }
    const images = this.wiring.images(messageId);
    if (!images) throw new ApiError('the message was discarded', 'network', 0);
    if (refusal && images.some(({ failure }) => failure)) throw refusal;
    return images.flatMap(({ id }) => id ?? []);
  }

  /** Ends an image's upload, and forgets how far it was. */
  stop(key: string): void {
    this.running.get(key)?.abort();
    const next = new Map(this.progress.get());
    if (next.delete(key)) this.progress.set(next);
  }

  /** Gives the server's refusal of this image; throws what may pass. */
  private async uploadOne(messageId: string, roomId: string, clientId: string, image: PendingImage): Promise<ApiError | undefined> {
    const { key, blob } = image;
    const stop = new AbortController();
    this.running.set(key, stop);
    try {
      const { id } = await uploadImage(roomId, clientId, blob, (done) => this.tell(key, done), stop.signal);
      await this.note(messageId, key, ({ failure: _, ...other }) => ({ ...other, id }));
      return undefined;
    } catch (error) {
      if (stop.signal.aborted && this.wiring.images(messageId)) return undefined;
      if (!(error instanceof ApiError) || PASSING.has(error.code) || error.code === 'room_not_found') throw error;
      await this.note(messageId, key, (other) => ({ ...other, failure: error.code }));
      return error;
    } finally {
      this.running.delete(key);
      this.stop(key);
    }
  }

  private note(messageId: string, key: string, change: (image: PendingImage) => PendingImage): Promise<void> {
    return this.wiring.change(messageId, (image) => (image.key === key ? change(image) : image));
  }

  private tell(key: string, done: number): void {
    this.progress.set(new Map(this.progress.get()).set(key, done));
  }
}
