import type { Row } from './rows';

const LINE = 24;
const CHARACTERS = 60;

const estimates = new WeakMap<Row, number>();

/** A guess in pixels, until the row has been measured: the closer, the steadier the scroll bar. */
export function estimateHeight(row: Row | undefined): number {
  if (!row) return 48;
  let height = estimates.get(row);
  if (height === undefined) estimates.set(row, (height = guess(row)));
  return height;
}

function guess(row: Row): number {
  const { content } = row.message ?? row.pending;
  let lines = 0;
  for (const line of content.split('\n', 200)) lines += Math.max(1, Math.ceil(line.length / CHARACTERS));
  const images = row.message?.images?.length ?? row.pending?.images.length ?? 0;
  return (
    (content ? lines * LINE + 18 : 0) +
    (images > 0 ? 260 : 0) +
    (row.startsGroup ? 32 : 3) +
    (row.startsDay ? 44 : 0) +
    (row.startsUnread ? 28 : 0) +
    (row.pending ? 20 : 0)
  );
}
