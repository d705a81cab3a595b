/** A text whose formulas have been replaced by inline code that holds a mark, and the formulas. */
export interface Lifted {
  readonly text: string;
  readonly formulas: readonly Formula[];
}

export interface Formula {
  readonly tex: string;
  /** Set apart (`$$…$$`), or within the line (`$…$`). */
  readonly display: boolean;
}

const OPEN = '\uE000';
const CLOSE = '\uE001';
const MARK = /^\uE000(\d+)\uE001$/;

/** A number with words after it: what stands between the signs of `$6, or US$ 7`. */
const PRICE = /^\d[^\\]*\s\p{L}{2,}[^\\]*$/u;

/** Longest formula, in characters; longer ones stay text. */
const LONGEST = 4000;
/** Most formulas in a message, as each takes its time to be typeset; further ones stay text. */
const MOST = 200;

/**
 * Lifts formulas out of Markdown before it is parsed: the parser would take `_` and `*` in them for emphasis. Code is
 * skipped. A `$` opens a formula only before a character that is no space, and closes one only after such a character
 * and not before a digit, and what starts as a number holds no words, so `$5 and $6` stays text. `\$` is a dollar sign.
 */
export function liftFormulas(source: string): Lifted {
  const input = source.replaceAll(OPEN, '').replaceAll(CLOSE, '');
  const formulas: Formula[] = [];
  let text = '';
  let at = 0;
  while (at < input.length) {
    const code = codeAt(input, at);
    if (code > at) {
      text += input.slice(at, code);
      at = code;
      continue;
    }
    if (input[at] === '\\') {
      text += input.slice(at, at + 2);
      at += 2;
      continue;
    }
    const formula = input[at] === '$' && formulas.length < MOST ? formulaAt(input, at) : null;
    if (formula) {
      text += `\`${OPEN}${formulas.length}${CLOSE}\``;
      formulas.push(formula.formula);
      at = formula.end;
      continue;
    }
    // A lone `$$` must not open a formula with its second sign.
    const step = input.startsWith('$$', at) ? 2 : 1;
    text += input.slice(at, at + step);
    at += step;
  }
  return { text, formulas };
}

/** The formula that a piece of inline code stands for. */
export function liftedFormula(code: string, formulas: readonly Formula[]): Formula | undefined {
  const mark = MARK.exec(code);
  return mark ? formulas[Number(mark[1])] : undefined;
}

/** Where the code ends that starts at `at`; `at` itself when none does. */
function codeAt(input: string, at: number): number {
  const fence = /^ {0,3}(`{3,}|~{3,})/;
  if (at === 0 || input[at - 1] === '\n') {
    const line = input.slice(at, at + 80).replace(/^(?: {0,3}(?:>|[-*+]|\d{1,9}[.)]) ?)*/, '');
    const [, marks] = fence.exec(line) ?? [];
    if (marks) return fenceEnd(input, at, marks);
  }
  if (input[at] !== '`') return at;
  let ticks = 1;
  while (input[at + ticks] === '`') ticks += 1;
  const closing = input.indexOf('`'.repeat(ticks), at + ticks);
  return closing < 0 ? at + ticks : closing + ticks;
}

function fenceEnd(input: string, at: number, marks: string): number {
  let line = input.indexOf('\n', at);
  while (line >= 0) {
    const end = input.indexOf('\n', line + 1);
    const content = input.slice(line + 1, end < 0 ? undefined : end).replace(/^[\s>]*/, '').trimEnd();
    if (content.startsWith(marks) && content === marks.charAt(0).repeat(content.length)) {
      return end < 0 ? input.length : end;
    }
    line = end;
  }
  return input.length;
}

function formulaAt(input: string, at: number): { formula: Formula; end: number } | null {
  if (input.startsWith('$$', at)) {
    const end = closing(input, at + 2, '$$');
    const tex = end < 0 ? '' : input.slice(at + 2, end).trim();
    return tex === '' ? null : { formula: { tex, display: true }, end: end + 2 };
  }
  const first = input[at + 1];
  if (first === undefined || /\s/.test(first)) return null;
  const end = closing(input, at + 1, '$');
  if (end < 0) return null;
  const tex = input.slice(at + 1, end);
  const fits = !/\s$/.test(tex) && !/\d/.test(input[end + 1] ?? '') && !PRICE.test(tex);
  return fits ? { formula: { tex, display: false }, end: end + 1 } : null;
}

/** Where the closing sign stands: in the same paragraph, not escaped, not too far. -1 when there is none. */
function closing(input: string, from: number, sign: string): number {
  const window = input.slice(from, from + LONGEST);
  const paragraph = window.search(/\n[ \t]*\n/);
  const text = paragraph < 0 ? window : window.slice(0, paragraph);
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) {
    if (text[at - 1] !== '\\') return from + at;
  }
  return -1;
}
