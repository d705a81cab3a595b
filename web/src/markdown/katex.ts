import 'katex/dist/katex.min.css';

import katex, { type KatexOptions } from 'katex';

/** KaTeX's tree before it becomes elements; of what `katex.render` does, the step that it has no type for. */
interface TreeNode {
  readonly attributes?: Record<string, string>;
  readonly children?: readonly TreeNode[];
  /** In em, above and below the line. */
  readonly height: number;
  readonly depth: number;
  toNode(): Node;
}
const { __renderToDomTree } = katex as typeof katex & { __renderToDomTree(tex: string, options: KatexOptions): TreeNode };

/** Elements within elements, beyond which a formula is nobody's: twenty fractions in one another stay below it. */
const DEEPEST = 200;
/** Furthest that a formula may reach up or down, in em: about a hundred lines. Further it would push all else out of sight. */
const TALLEST = 200;

/**
 * Typesets into an element: KaTeX's string output would carry inline styles, which the page's policy forbids. False: not
 * valid, or nested or tall beyond what a page can lay out; then the element stays as it was.
 */
export function draw(tex: string, place: HTMLElement, displayMode: boolean): boolean {
  // KaTeX recurses: where the stack ends depends on the machine, and the error then on where it ended.
  if (nestedDeeperThan(DEEPEST, tex)) return false;
  const drawn = document.createElement('span');
  try {
    const tree = __renderToDomTree(tex, { displayMode, throwOnError: true, trust: false, strict: 'ignore', maxSize: 20, maxExpand: 200 });
    if (Math.max(tree.height, tree.depth) > TALLEST) return false;
    dropStyles(tree);
    drawn.append(tree.toNode());
  } catch (error) {
    if (error instanceof katex.ParseError) return false;
    throw error;
  }
  if (deeperThan(DEEPEST, drawn)) return false;
  place.replaceChildren(...drawn.childNodes);
  return true;
}

/** `\fcolorbox` and `\pmb` give their MathML, which is never seen, an inline style, which the page's policy forbids. */
function dropStyles({ attributes, children }: TreeNode): void {
  if (attributes) delete attributes.style;
  for (const child of children ?? []) dropStyles(child);
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
