import { expect, test } from 'vitest';

import { FIT, pan, within, zoomAt } from './zoom';

test('the point under the pointer stays there while the image grows and shrinks', () => {
  const at = { x: 120, y: -40 };
  const place = (zoom: typeof FIT) => ({ x: (at.x - zoom.x) / zoom.scale, y: (at.y - zoom.y) / zoom.scale });
  const closer = zoomAt(FIT, 2.5, at);
  expect(place(closer)).toEqual(place(FIT));
  const again = place(zoomAt(closer, 0.8, at));
  expect(again.x).toBeCloseTo(120);
  expect(again.y).toBeCloseTo(-40);
});

test('an image is never smaller than its place, and never more than eight times as large', () => {
  expect(zoomAt({ scale: 2, x: 30, y: 30 }, 0.1, { x: 0, y: 0 })).toEqual(FIT);
  expect(zoomAt(FIT, 100, { x: 0, y: 0 }).scale).toBe(8);
});

test('an image cannot be pushed out of sight', () => {
  const stage = { width: 400, height: 300 };
  const image = { width: 400, height: 100 };
  expect(within(pan({ scale: 2, x: 0, y: 0 }, 999, -999), image, stage)).toEqual({ scale: 2, x: 200, y: 0 });
  expect(within(pan(FIT, 50, 50), image, stage)).toEqual(FIT);
});
