/*
 * Authors colour shapes for one theme and forget the letters on them. What would be hard to read gets letters as dark or
 * as light as the page's.
 */
type Rgb = readonly [number, number, number];

interface Area {
  readonly color: Rgb;
  readonly box: DOMRect;
  readonly element: Element;
}

/** Of WCAG 2, level AA. */
const ENOUGH = 4.5;
const DARK_LETTERS: Rgb = [20, 24, 36];
const LIGHT_LETTERS: Rgb = [244, 246, 251];

/** Mends the letters of a drawing that is in the page, on `background`, a color as `#rrggbb`. */
export function mendContrast(drawing: SVGSVGElement, background: string): void {
  const areas: Area[] = [];
  for (const element of drawing.querySelectorAll('rect, polygon, path, circle, ellipse')) {
    if (element.closest('defs, marker')) continue;
    const { fill, fillOpacity } = getComputedStyle(element);
    const color = Number(fillOpacity) < 0.5 ? null : opaque(fill);
    if (color) areas.push({ color, element, box: element.getBoundingClientRect() });
  }
  const ground: Rgb = [1, 3, 5].map((at) => Number.parseInt(background.slice(at, at + 2), 16)) as [number, number, number];
  for (const letters of drawing.querySelectorAll<SVGElement | HTMLElement>('text, tspan, foreignObject *')) {
    if (![...letters.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim())) continue;
    const property = letters instanceof SVGElement ? 'fill' : 'color';
    const color = opaque(getComputedStyle(letters)[property]);
    const under = color && (areaUnder(letters, areas)?.color ?? ground);
    if (!under || contrast(color, under) >= ENOUGH) continue;
    const better = contrast(DARK_LETTERS, under) > contrast(LIGHT_LETTERS, under) ? DARK_LETTERS : LIGHT_LETTERS;
    letters.style.setProperty(property, `rgb(${better.join()})`, 'important');
  }
}

/** The topmost of the areas that were painted before the letters and hold their middle. */
function areaUnder(letters: Element, areas: readonly Area[]): Area | undefined {
  const { x, y, width, height } = letters.getBoundingClientRect();
  const [middle, center] = [x + width / 2, y + height / 2];
  return areas.findLast(
    ({ box, element }) =>
      box.left <= middle &&
      middle <= box.right &&
      box.top <= center &&
      center <= box.bottom &&
      (element.compareDocumentPosition(letters) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0,
  );
}

/** A computed color, unless one sees through it. */
function opaque(color: string): Rgb | null {
  const [red, green, blue, alpha = 1] = (/^rgba?\((.*)\)$/.exec(color)?.[1] ?? '').split(/[ ,/]+/).map(Number);
  return red === undefined || green === undefined || blue === undefined || alpha < 0.5 ? null : [red, green, blue];
}

/** From 1 to 21, by WCAG 2. */
function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
