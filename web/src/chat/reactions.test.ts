import { expect, test } from 'vitest';

import { reactionTo, toggleReaction } from './reactions';

test('like and dislike exclude each other, and the same choice again takes it back', () => {
  toggleReaction('m', 'like');
  expect(reactionTo('m')).toBe('like');
  toggleReaction('m', 'dislike');
  expect(reactionTo('m')).toBe('dislike');
  toggleReaction('m', 'dislike');
  expect(reactionTo('m')).toBeUndefined();
});
