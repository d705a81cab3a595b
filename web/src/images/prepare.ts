import { partMissing } from '../app/build';

/** An image that can be sent. */
export interface Prepared {
  readonly blob: Blob;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** What the worker is asked. */
export interface Job {
  readonly id: number;
  readonly file: Blob;
}

/** What the worker answers: a preview as soon as the image is decoded, then the outcome. */
export type Answer = { readonly id: number } & (
  | { readonly preview: Blob }
  | { readonly prepared: Prepared }
  | { readonly failure: string }
);

interface Waiting {
  readonly show: (preview: Blob) => void;
  readonly resolve: (prepared: Prepared) => void;
  readonly reject: (error: Error) => void;
}

let worker: Worker | undefined;
let jobs = 0;
const waiting = new Map<number, Waiting>();

/** Loads what prepares images, so that it is there also when the network is gone by then. */
export function warmUp(): void {
  worker ??= startWorker();
}

/** Makes an image fit to be sent, off the page's own thread. Fails for what cannot be read as an image. */
export function prepareImage(file: Blob, show: (preview: Blob) => void): Promise<Prepared> {
  worker ??= startWorker();
  const id = (jobs += 1);
  worker.postMessage({ id, file } satisfies Job);
  return new Promise((resolve, reject) => waiting.set(id, { show, resolve, reject }));
}

function startWorker(): Worker {
  const started = new Worker(new URL('./prepare.worker.ts', import.meta.url), { type: 'module' });
  started.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    const job = waiting.get(data.id);
    if ('preview' in data) {
      job?.show(data.preview);
      return;
    }
    waiting.delete(data.id);
    if ('prepared' in data) job?.resolve(data.prepared);
    else job?.reject(new Error(data.failure));
  });
  started.addEventListener('error', (event) => {
    // What cannot be loaded has no message, unlike what fails.
    if (!event.message) void partMissing();
    for (const job of waiting.values()) job.reject(new Error(event.message));
    waiting.clear();
    worker = undefined;
  });
  return started;
}
