import { describe, expect, test } from 'vitest';

import { liftedFormula, liftFormulas } from './formulas';

const lifted = (source: string) => liftFormulas(source).formulas.map(({ tex, display }) => (display ? [tex] : tex));

describe('formulas in Markdown', () => {
  test('inline and display formulas are found', () => {
    expect(lifted('Euler: $e^{i\\pi} + 1 = 0$, and $$\\int_0^1 x\\,dx$$')).toEqual(['e^{i\\pi} + 1 = 0', ['\\int_0^1 x\\,dx']]);
    expect(lifted('$$\na = b\n$$')).toEqual([['a = b']]);
  });

  test.each([
    'It costs $5 and $6.',
    '$ 5$',
    'from $10 to $20',
    'US$ and A$',
    'It is $6, or US$ 7',
    '$20 for a ticket, 3 A$ for tea',
    'a \\$x\\$ b',
    '`$x$`',
    '``a ` $x$``',
    '```\n$x$\n```',
    '~~~js\nlet a = "$x$";\n~~~',
    '> ```\n> $x$\n> ```',
    '$x\n\ny$',
    '$$',
    '$$$$',
  ])('%j holds no formula and stays as it is', (source) => {
    expect(liftFormulas(source)).toEqual({ text: source, formulas: [] });
  });

  test('a number, and one with letters, is a formula', () => {
    expect(lifted('$5$ and $3x + 2y$ and $2 \\text{ or } 3$')).toEqual(['5', '3x + 2y', '2 \\text{ or } 3']);
  });

  test('a message holds 200 formulas at most', () => {
    const { text, formulas } = liftFormulas('$x$ '.repeat(300));
    expect(formulas).toHaveLength(200);
    expect(text.endsWith('$x$ '.repeat(100))).toBe(true);
  });

  test('a formula after code is found, and code between formulas is kept', () => {
    const { text, formulas } = liftFormulas('```\n$a$\n```\n$b$ and `$c$` and $d$');
    expect(formulas.map((f) => f.tex)).toEqual(['b', 'd']);
    expect(text).toContain('```\n$a$\n```\n');
    expect(text).toContain('`$c$`');
  });

  test('an escaped dollar sign does not close a formula', () => {
    expect(lifted('$a \\$ b$')).toEqual(['a \\$ b']);
  });

  test('a mark that a sender typed stands for nothing', () => {
    const { text, formulas } = liftFormulas('`\uE0000\uE001` $x$');
    expect(text.startsWith('`0`')).toBe(true);
    expect(liftedFormula('0', formulas)).toBeUndefined();
    expect(liftedFormula('\uE0000\uE001', formulas)?.tex).toBe('x');
    expect(liftedFormula('\uE0007\uE001', formulas)).toBeUndefined();
  });

  test('an unclosed fence hides the rest', () => {
    expect(lifted('```\n$a$\n$b$')).toEqual([]);
  });
});
