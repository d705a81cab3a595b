import { expect, test } from 'vitest';

import { formatOf, formatted, type Selection } from './formatting';

/** What a key makes of a selection. */
function press(key: string, selection: Selection, shift = false): Selection | undefined {
  const format = formatOf(key, shift);
  return format && formatted(selection, format);
}

/** Applies a key to a text in which `[` and `]` stand around the selection. */
function apply(key: string, marked: string, shift = false): string {
  const start = marked.indexOf('[');
  const end = marked.indexOf(']') - 1;
  const result = press(key, { text: marked.replace('[', '').replace(']', ''), start, end }, shift);
  if (!result) return 'nothing';
  const { text } = result;
  return `${text.slice(0, result.start)}[${text.slice(result.start, result.end)}]${text.slice(result.end)}`;
}

test('bold, italics and code go around the selection, and away again', () => {
  expect(apply('b', 'a [b] c')).toBe('a **[b]** c');
  expect(apply('b', 'a **[b]** c')).toBe('a [b] c');
  expect(apply('i', 'a [b] c')).toBe('a *[b]* c');
  expect(apply('i', 'a *[b]* c')).toBe('a [b] c');
  expect(apply('e', 'a [b] c')).toBe('a `[b]` c');
  expect(apply('B', '[]')).toBe('**[]**');
});

test('italics in bold text are added to it, not taken from its stars', () => {
  expect(apply('i', '**[b]**')).toBe('***[b]***');
  expect(apply('i', '***[b]***')).toBe('**[b]**');
});

test('a link is ready for its address', () => {
  const result = press('k', { text: 'see here', start: 4, end: 8 }, false);
  expect(result?.text).toBe('see [here](https://)');
  expect(result?.text.slice(result.start, result.end)).toBe('https://');
});

test('a code block stands on lines of its own', () => {
  expect(apply('e', 'x [y] z', true)).toBe('x \n```\n[y]\n```\n z');
  expect(apply('e', '[y]', true)).toBe('```\n[y]\n```');
});

test('other keys mean nothing', () => {
  expect(apply('s', '[a]')).toBe('nothing');
});
