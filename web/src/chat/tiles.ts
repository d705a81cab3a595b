import type { CSSProperties } from 'react';

/** Largest and smallest box of an image that stands alone, in pixels, and the shapes beyond which it is cropped. */
const ALONE = { width: 380, height: 320 };
const LEAST = 48;
const SLIMMEST = 0.4;
const WIDEST = 3.2;

/** How many images each line holds, by their number. */
const LINES: Readonly<Record<number, readonly number[]>> = {
  2: [2],
  3: [1, 2],
  4: [2, 2],
  5: [2, 3],
  6: [3, 3],
  7: [1, 3, 3],
  8: [2, 3, 3],
  9: [3, 3, 3],
};

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * How the images of a message are laid out: one keeps its shape, several fill a block line by line. Sizes are known before
 * loading; no image is drawn larger than it is.
 */
export function tiles(count: number) {
  if (count === 1) {
    return { grid: 'mt-1 max-w-full overflow-hidden rounded-2xl', size: alone, tile: fit };
  }
  const spans = (LINES[count] ?? LINES[9] ?? []).flatMap((inLine) => Array.from({ length: inLine }, () => 6 / inLine));
  return {
    grid: 'mt-1 grid w-80 max-w-full grid-cols-6 gap-1 overflow-hidden rounded-2xl',
    size: (_: Size, place: number): CSSProperties => {
      const span = spans[place] ?? 2;
      return { gridColumn: `span ${span}`, aspectRatio: span === 6 ? '2' : '1' };
    },
    tile: fit,
  };
}

function alone({ width, height }: Size): CSSProperties {
  const ratio = Math.min(WIDEST, Math.max(SLIMMEST, width / height));
  const shown = Math.min(ALONE.width, ALONE.height * ratio, Math.max(width, LEAST));
  return { width: shown, maxWidth: '100%', aspectRatio: shown < LEAST * ratio ? '1' : ratio };
}

/** Fills its tile, unless it is smaller. */
function fit({ width, height }: Size): string {
  return width < 100 && height < 100 ? 'size-full object-scale-down' : 'size-full object-cover';
}
