import { expect, test } from 'vitest';

import { avatarOf } from './identity/avatar';
import { isBlank } from './blank';

test.each(['', ' \n\t', '\u200B', '\u3164', '\u115F\u1160', '\uFFA0', '\u2800', '\u{E0041}\u{E007F}', '\u034F', '\u180E', '\uFE0F', '\u202E', '\u061C', '\uFEFF', '\u{1D159}', '\0'])(
  'what leaves no mark is blank: %j',
  (text) => expect(isBlank(text)).toBe(true),
);

test.each(['a', '.', '\u3164a', '\u0301', '\u{1F3F4}\u{E0067}\u{E007F}', '👩\u200D🚀', '\u0600', '\u{10FFFF}'])('what leaves a mark is not blank: %j', (text) => {
  expect(isBlank(text)).toBe(false);
});

test('the letter of a name is the first that can be seen', () => {
  expect(avatarOf('\u3164\u200BBob').text).toBe('B');
  expect(avatarOf('\u2800').text).toBe('?');
});
