/** `image:N` as the target of an image in Markdown: the message's N-th image, counted from one. */
const PLACE = /^image:([1-9])$/;

export function placedImage(target: string): number | undefined {
  const match = PLACE.exec(target);
  return match ? Number(match[1]) : undefined;
}

/** The numbers of the images that a text places. */
export function placedImages(content: string, count: number): ReadonlySet<number> {
  const placed = new Set<number>();
  for (const [, number] of content.matchAll(/!\[[^\]\n]*\]\(image:([1-9])\)/g)) {
    if (Number(number) <= count) placed.add(Number(number));
  }
  return placed;
}
