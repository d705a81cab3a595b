import { describe, expect, test } from 'vitest';

import { avatarOf, knownColor } from './avatar';

describe('the avatar of a name', () => {
  test.each([
    ['a', 'A', 'success'],
    ['Al', 'A', 'warning'],
    ['HappyUnicorn', 'H', 'danger'],
    ['王小明', '王', 'success'],
    ['活泼小象', '活', 'success'],
    ['A much longer user name 12345', 'A', 'secondary'],
  ])('%s has the letter and colour that v0.4 gives it', (name, text, color) => {
    expect(avatarOf(name)).toEqual({ text, color });
  });

  test('an empty name is a question mark in the primary colour', () => {
    expect(avatarOf('')).toEqual({ text: '?', color: 'primary' });
  });

  test('an emoji of several code points stays whole', () => {
    expect(avatarOf('👩‍🚀 Ada').text).toBe('👩‍🚀');
    expect(avatarOf('😀').text).toBe('😀');
  });

  test('an unknown colour counts as default', () => {
    expect(knownColor('url(evil)')).toBe('default');
    expect(knownColor(undefined)).toBe('default');
    expect(knownColor('warning')).toBe('warning');
  });
});
