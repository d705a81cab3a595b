import { expect, test } from 'vitest';

import en from './en';
import zh from './zh';

type Tree = { readonly [key: string]: string | Tree };

function keysOf(tree: Tree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' ? [prefix + key] : keysOf(value, `${prefix}${key}.`)));
}

const files = import.meta.glob<string>(['../**/*.{ts,tsx}', '!../**/*.test.*', '!./en.ts', '!./zh.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
const source = Object.values(files).join('\n');

/** Keys that are put together at run time, by their beginning. */
const BUILT = ['connection.', 'connection.short_', 'failure.', 'diagram.'];

test('both languages have the same keys, and none is empty', () => {
  expect(keysOf(zh)).toEqual(keysOf(en));
  const texts = (tree: Tree): string[] => Object.values(tree).flatMap((value) => (typeof value === 'string' ? [value] : texts(value)));
  expect([...texts(en), ...texts(zh)].filter((text) => text.trim() === '')).toEqual([]);
});

test('a name within a sentence turns nothing around it', () => {
  const sentences = [en, zh].flatMap((texts) => JSON.stringify(texts).match(/“.{0,1}\{\{name\}\}.{0,1}”/gu) ?? []);
  expect(sentences).toHaveLength(8);
  expect(new Set(sentences)).toEqual(new Set(['“\u2068{{name}}\u2069”']));
});

test('every key is used', () => {
  const unused = keysOf(en).filter((key) => {
    const name = key.replace(/_(one|other)$/, '');
    return !source.includes(`'${name}'`) && !BUILT.some((beginning) => key.startsWith(beginning));
  });
  expect(unused).toEqual([]);
});

test('both languages fill in the same values', () => {
  const flat = (tree: Tree): [string, string][] =>
    Object.entries(tree).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[key, value]] : flat(value).map(([inner, text]) => [`${key}.${inner}`, text]),
    );
  const holes = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).toSorted();
  const chinese = new Map(flat(zh));
  for (const [key, text] of flat(en)) expect(holes(chinese.get(key) ?? ''), key).toEqual(holes(text));
});

test('no component holds a text of its own', () => {
  const literal = /(?<!=)>\s*([A-Za-z\u4e00-\u9fff][^<>{}=;()]*)<\/|\b(?:aria-label|title|placeholder|alt)="([^"]+)"/g;
  const found = Object.entries(files)
    .filter(([name]) => name.endsWith('.tsx'))
    .flatMap(([name, text]) => [...text.matchAll(literal)].map(([, inner, attribute]) => `${name}: ${(inner ?? attribute ?? '').trim()}`));
  expect(found.filter((text) => !text.endsWith(': RoomTalk'))).toEqual([]);
});
