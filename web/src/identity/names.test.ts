import { expect, test } from 'vitest';

import { randomName } from './names';

test('a random name is in the language in use', () => {
  expect(randomName('en', () => 0)).toBe('HappyUnicorn');
  expect(randomName('zh-CN', () => 0)).toBe('可爱小猫');
});

test('every random name is within the words, also at the end of the range', () => {
  expect(randomName('en', () => 0.999_999)).toMatch(/^[A-Z][a-z]+[A-Z][a-z]+$/);
  expect(randomName('zh', () => 0.999_999)).toMatch(/^\p{Script=Han}{4}$/u);
});
