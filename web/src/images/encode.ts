/** Types to write, the smallest first. */
const TYPES = ['image/avif', 'image/webp', 'image/jpeg'];
/** Side of the small copy in which transparency is looked for, in pixels. */
const PROBE = 64;

let best: Promise<string> | undefined;

/** The image as a file, `scale` times as large; null when it is transparent and the browser can only write it opaque. */
export async function encode(bitmap: ImageBitmap, scale: number, quality: number) {
  best ??= bestType();
  const type = await best;
  if (type === 'image/jpeg' && isTransparent(bitmap)) return null;
  const canvas = draw(bitmap, scaled(bitmap.width, scale), scaled(bitmap.height, scale));
  return { blob: await canvas.convertToBlob({ type, quality }), width: canvas.width, height: canvas.height };
}

/** A square of the image's middle, for a preview of `side` pixels. */
export async function thumbnail(bitmap: ImageBitmap, side: number): Promise<Blob> {
  const scale = Math.min(1, side / Math.min(bitmap.width, bitmap.height));
  const canvas = draw(bitmap, scaled(bitmap.width, scale), scaled(bitmap.height, scale));
  return canvas.convertToBlob({ type: 'image/png' });
}

const scaled = (length: number, scale: number) => Math.max(1, Math.round(length * scale));

function draw(bitmap: ImageBitmap, width: number, height: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = contextOf(canvas);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  return canvas;
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('the browser draws nothing off the page');
  return context;
}

/** A browser answers with a PNG when asked for what it cannot write. */
async function bestType(): Promise<string> {
  for (const type of TYPES) {
    const canvas = new OffscreenCanvas(1, 1);
    contextOf(canvas).fillRect(0, 0, 1, 1);
    if ((await canvas.convertToBlob({ type })).type === type) return type;
  }
  return 'image/jpeg';
}

function isTransparent(bitmap: ImageBitmap): boolean {
  const { data } = contextOf(draw(bitmap, PROBE, PROBE)).getImageData(0, 0, PROBE, PROBE);
  return data.some((value, index) => index % 4 === 3 && value < 255);
}
