import 'katex/dist/katex.min.css';

import katex from 'katex';

/** Elements within elements, beyond which a formula is nobody's: twenty fractions in one another stay below it. */
const DEEPEST = 200;

/**
 * Typesets into an element: KaTeX's string output would carry inline styles, which the page's policy forbids. False: not
 * valid, or nested beyond what a page can lay out in reasonable time; then the element stays as it was.
 */
export function draw(tex: string, place: HTMLElement, displayMode: boolean): boolean {
  // KaTeX recurses: where the stack ends depends on the machine, and the error then on where it ended.
  if (nestedDeeperThan(DEEPEST, tex)) return false;
  const drawn = document.createElement('span');
  try {
    katex.render(tex, drawn, { displayMode, throwOnError: true, trust: false, strict: 'ignore', maxSize: 20, maxExpand: 200 });
  } catch (error) {
    if (error instanceof katex.ParseError) return false;
    throw error;
  }
  if (deeperThan(DEEPEST, drawn)) return false;
  place.replaceChildren(...drawn.childNodes);
  return true;
}

function nestedDeeperThan(limit: number, tex: string): boolean {
  let depth = 0;
  for (const [bracket] of tex.matchAll(/[{}]|\\left(?![a-zA-Z])|\\right(?![a-zA-Z])|\\begin|\\end/g)) {
    depth += ['{', '\\left', '\\begin'].includes(bracket) ? 1 : -1;
    if (depth > limit) return true;
  }
  return false;
}

function deeperThan(limit: number, root: Element): boolean {
  let level: Element[] = [root];
  for (let depth = 0; depth <= limit; depth += 1) {
    level = level.flatMap((element) => [...element.children]);
    if (level.length === 0) return false;
  }
  return true;
}
