import { encode, thumbnail } from './encode';
import { isAnimated } from './inspect';
import { imageType } from './kind';
import { IMAGE_BYTES, IMAGE_PIXELS, IMAGE_SIDE } from './limits';
import type { Answer, Job, Prepared } from './prepare';
import { withoutMetadata } from './strip';

/** What is tried in turn: the longest side in pixels, and the quality. */
const STEPS = [
  { side: 2560, quality: 0.82 },
  { side: 2560, quality: 0.68 },
  { side: 2048, quality: 0.68 },
  { side: 1600, quality: 0.6 },
] as const;
/** Bytes that end the search. */
const ENOUGH = 1.5 * 1024 * 1024;
/** Shorter side of a preview, in pixels: a tile at three pixels per point. */
const PREVIEW = 240;

// One at a time: nine decoded photos at once are more than a phone holds.
let queue: Promise<unknown> = Promise.resolve();

addEventListener('message', ({ data: { id, file } }: MessageEvent<Job>) => {
  const tell = (answer: Answer) => postMessage(answer);
  queue = queue.then(() =>
    prepare(file, (preview) => tell({ id, preview })).then(
      (prepared) => tell({ id, prepared }),
      (error: unknown) => tell({ id, failure: String(error) }),
    ),
  );
});

/**
 * Makes an image fit to be sent: not larger than needed in pixels and bytes, never larger than it was, and without what a
 * camera writes into it. Moving images keep their pixels as they are.
 */
async function prepare(file: Blob, show: (preview: Blob) => void): Promise<Prepared> {
  const bitmap = await createImageBitmap(file);
  try {
    show(await thumbnail(bitmap, PREVIEW));
    const original = await asIs(file, bitmap);
    return original?.moves ? original.prepared : await smallest(bitmap, original?.prepared ?? null);
  } finally {
    bitmap.close();
  }
}

/** The file's own pixels without its metadata, if the server takes its type and size. */
async function asIs(file: Blob, { width, height }: ImageBitmap): Promise<{ prepared: Prepared; moves: boolean } | null> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const type = imageType(bytes);
  if (!type || width * height > IMAGE_PIXELS || Math.max(width, height) > IMAGE_SIDE) return null;
  return { prepared: { blob: new Blob(withoutMetadata(bytes), { type }), width, height }, moves: isAnimated(bytes) };
}

async function smallest(bitmap: ImageBitmap, original: Prepared | null): Promise<Prepared> {
  let found = original;
  for (const { side, quality } of STEPS) {
    const drawn = await encode(bitmap, Math.min(1, side / Math.max(bitmap.width, bitmap.height)), quality);
    if (!drawn) break;
    if (!found || drawn.blob.size < found.blob.size) found = drawn;
    if (found.blob.size <= ENOUGH) return found;
  }
  if (!found) throw new Error('the browser cannot write this image');
  for (let scale = 0.25; found.blob.size > IMAGE_BYTES && scale > 0.05; scale /= 2) {
    found = (await encode(bitmap, scale, 0.6)) ?? found;
  }
  return found;
}
