import { expect, test } from 'vitest';

import { withoutMetadata } from './strip';

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : part)));
const joined = (parts: readonly Uint8Array[]) => parts.flatMap((part) => [...part]);

const START = [0xff, 0xd8];
const JFIF = [0xff, 0xe0, 0, 4, 1, 2];
const PIXELS = [0xff, 0xda, 0, 2, 7, 7, 7, 0xff, 0xd9];
const entry = (tag: number, value: number) => [tag >> 8, tag & 255, 0, 3, 0, 0, 0, 1, 0, value, 0, 0];
const exif = (...entries: number[][]) => {
  const body = bytes('Exif', [0, 0], 'MM', [0, 42, 0, 0, 0, 8, 0, entries.length], entries.flat(), [0, 0, 0, 0]);
  return [0xff, 0xe1, 0, body.length + 2, ...body];
};

test('a JPEG loses what the camera wrote, and keeps pixels, colours and an orientation other than upright', () => {
  const profile = [0xff, 0xe2, 0, 4, 9, 9];
  const comment = [0xff, 0xfe, 0, 4, 5, 5];
  const upright = bytes(START, JFIF, exif(entry(0x0112, 1), entry(0x0131, 3)), comment, profile, PIXELS);
  expect(joined(withoutMetadata(upright))).toEqual(joined([bytes(START, JFIF, profile, PIXELS)]));
  const turned = bytes(START, exif(entry(0x0131, 3), entry(0x0112, 6)), PIXELS);
  expect(joined(withoutMetadata(turned))).toEqual(joined([bytes(START, exif(entry(0x0112, 6)), PIXELS)]));
});

test('a PNG loses texts, times and EXIF, and keeps its frames', () => {
  const chunk = (type: string) => [0, 0, 0, 2, ...bytes(type), 1, 2, 0, 0, 0, 0];
  const head = bytes([0x89], 'PNG\r\n', [0x1a, 0x0a], chunk('IHDR'));
  const file = bytes([...head], chunk('eXIf'), chunk('acTL'), chunk('iTXt'), chunk('IDAT'), chunk('tIME'), chunk('IEND'));
  expect(joined(withoutMetadata(file))).toEqual(joined([bytes([...head], chunk('acTL'), chunk('IDAT'), chunk('IEND'))]));
});

test('a WebP loses EXIF and XMP, and its header and length say so', () => {
  const vp8x = (flags: number) => bytes('VP8X', [10, 0, 0, 0], [flags, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const file = bytes('RIFF', [48, 0, 0, 0], 'WEBP', [...vp8x(0x1e)], 'EXIF', [1, 0, 0, 0, 1, 0], 'XMP ', [2, 0, 0, 0, 1, 1]);
  expect(joined(withoutMetadata(file))).toEqual(joined([bytes('RIFF', [22, 0, 0, 0], 'WEBP', [...vp8x(0x12)])]));
});

test('damaged and unknown files come back with every byte that can be placed', () => {
  for (const file of [bytes('GIF89a'), bytes(START), bytes(START, exif([])), bytes([0x89], 'PNG'), bytes('RIFF')]) {
    expect(() => withoutMetadata(file)).not.toThrow();
  }
  expect(joined(withoutMetadata(bytes('GIF89a')))).toEqual([...bytes('GIF89a')]);
});
