import { expect, test } from 'vitest';

import { isAnimated } from './inspect';

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : part)));
const png = (...types: string[]) =>
  bytes([0x89], 'PNG\r\n', [0x1a, 0x0a], ...types.flatMap((type) => [[0, 0, 0, 2], type, [1, 2], [0, 0, 0, 0]]), [0, 0, 0, 0], 'IDAT');
const webp = (flags: number) => bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8X', [10, 0, 0, 0], [flags, 0, 0, 0]);

test('images that move are known', () => {
  expect(isAnimated(bytes('GIF89a'))).toBe(true);
  expect(isAnimated(webp(2))).toBe(true);
  expect(isAnimated(png('IHDR', 'acTL'))).toBe(true);
  expect(isAnimated(webp(0))).toBe(false);
  expect(isAnimated(png('IHDR', 'pHYs'))).toBe(false);
  expect(isAnimated(bytes([0xff, 0xd8, 0xff, 0xe0]))).toBe(false);
});

test('damaged files end the search instead of running on', () => {
  expect(isAnimated(bytes([0x89], 'PNG\r\n', [0x1a, 0x0a], [0xff, 0xff, 0xff, 0xff], 'abcd'))).toBe(false);
  expect(isAnimated(new Uint8Array())).toBe(false);
});
