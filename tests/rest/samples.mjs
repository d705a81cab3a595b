// Small image files, made here so that their headers say what a test wants.
import { deflateSync } from 'node:zlib';
import { crc32 } from './crc32.mjs';

/** A part of a PNG. */
export const chunk = (type, data) => {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
};

/** A grey PNG; `claim` is the size that its header tells, `seed` makes files differ, `bytes` pads it to a length. */
export function png(width = 2, height = 2, { claim = [width, height], seed = 0, bytes } = {}) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(claim[0], 0);
  header.writeUInt32BE(claim[1], 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height, seed % 256);
  for (let row = 0; row < height; row += 1) rows[row * (width + 1)] = 0;
  const parts = [
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from(`seed\0${seed}`)),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ];
  if (bytes) {
    const missing = bytes - Buffer.concat(parts).length - 12;
    parts.splice(2, 0, chunk('tEXt', Buffer.alloc(missing, 0x61)));
  }
  return Buffer.concat(parts);
}

/** A GIF of one pixel. */
export const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** The first bytes of a JPEG: start, application data, a frame header of 3 by 5 pixels, end. */
export const jpeg = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  Buffer.from('ffc0000b080005000301011100', 'hex'),
  Buffer.from('ffd9', 'hex'),
]);

export const dataUrl = (type, bytes) => `data:${type};base64,${bytes.toString('base64')}`;
