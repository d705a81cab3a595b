import { expect, test } from 'vitest';

import { tiles } from './tiles';

const of = (width: number, height: number) => tiles(1).size({ width, height }, 0);

test('several images fill each of their lines', () => {
  for (let count = 2; count <= 9; count += 1) {
    const spans = Array.from({ length: count }, (_, place) => Number(/\d+/.exec(String(tiles(count).size({ width: 1, height: 1 }, place).gridColumn))?.[0]));
    let line = 0;
    for (const span of spans) {
      line += span;
      expect(line, `${count} images`).toBeLessThanOrEqual(6);
      if (line === 6) line = 0;
    }
    expect(line, `${count} images`).toBe(0);
  }
});

test('an image alone keeps its shape and is never drawn larger than it is', () => {
  expect(of(1600, 1200)).toMatchObject({ width: 380, aspectRatio: 4 / 3 });
  expect(of(200, 100)).toMatchObject({ width: 200, aspectRatio: 2 });
  expect(of(8, 8)).toMatchObject({ width: 48 });
  expect(tiles(1).tile({ width: 8, height: 8 })).toContain('object-scale-down');
});

test('extreme shapes are cropped to one that can be seen', () => {
  expect(of(4000, 100)).toMatchObject({ width: 380, aspectRatio: 3.2 });
  expect(of(100, 4000)).toMatchObject({ width: 100, aspectRatio: 0.4 });
});
