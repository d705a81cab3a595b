// Pictures for tests, made here.
import { crc32, deflateSync } from 'node:zlib';

/** A PNG of noise over a colour, so that it is as heavy as a photo: about 3 bytes a pixel. */
export function png(width, height, [red, green, blue], noise = 40) {
  let seed = width * 31 + height * 17 + red;
  const random = () => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) / 0x7fffffff;
  const row = 1 + width * 3;
  const pixels = Buffer.alloc(row * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * row + 1 + x * 3;
      const shade = (x / width) * 60 + random() * noise;
      pixels[at] = Math.min(255, red + shade);
      pixels[at + 1] = Math.min(255, green + shade);
      pixels[at + 2] = Math.min(255, blue + shade);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A GIF of one pixel with `padding` bytes behind it. */
export const gif = (padding) => Buffer.concat([Buffer.from('R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==', 'base64'), Buffer.alloc(padding)]);

/** A JPEG as a camera writes it: held sideways by `orientation`, with a `note` beside the pixels. Encoded by the page's browser. */
export async function jpeg(page, width, height, { orientation, note, quality = 0.9 }) {
  const base64 = await page.evaluate(
    ([width, height, quality]) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      canvas.getContext('2d').fillRect(0, 0, width / 2, height);
      return canvas.toDataURL('image/jpeg', quality).split(',')[1];
    },
    [width, height, quality],
  );
  const entry = Buffer.from([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
  const body = Buffer.concat([Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01', 'latin1'), entry, Buffer.alloc(4), Buffer.from(note)]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  const pixels = Buffer.from(base64, 'base64');
  return Buffer.concat([pixels.subarray(0, 2), head, body, pixels.subarray(2)]);
}

/** The same as a file for a chooser. */
export const file = (name, buffer, mimeType = 'image/png') => ({ name, mimeType, buffer });

/** Files, and a text, given to the page as if they were pasted into, or dropped onto, an element. */
export async function give(locator, kind, files, text = '') {
  await locator.evaluate(
    (element, { kind, files, text }) => {
      const transfer = new DataTransfer();
      for (const { name, mimeType, base64 } of files) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type: mimeType }));
      }
      if (text) transfer.setData('text/plain', text);
      const options = { bubbles: true, cancelable: true };
      const event =
        kind === 'paste'
          ? new ClipboardEvent('paste', { ...options, clipboardData: transfer })
          : new DragEvent(kind, { ...options, dataTransfer: transfer });
      element.dispatchEvent(event);
    },
    { kind, text, files: files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString('base64') })) },
  );
}
