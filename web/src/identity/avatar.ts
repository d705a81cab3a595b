import type { Avatar } from '../api/types';
import { isBlank } from '../blank';

const COLORS = ['primary', 'secondary', 'success', 'warning', 'danger'] as const;

export type AvatarColor = (typeof COLORS)[number] | 'default';

/** The avatar of a name: v0.4's colour for every name, and its letter; an emoji counts as one letter. */
export function avatarOf(name: string): Avatar {
  return { text: letterOf(name), color: colorOf(name) };
}

function letterOf(name: string): string {
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(name)) {
    if (!isBlank(segment)) return segment.toUpperCase();
  }
  return '?';
}

function colorOf(name: string): AvatarColor {
  if (name === '') return 'primary';
  let hash = 0;
  for (let i = 0; i < name.length; i += 1) {
    // As v0.4 does it: the shift is a 32-bit one, sum and difference are not.
    hash = name.charCodeAt(i) + ((hash << 5) - hash);
  }
  return COLORS[Math.abs(hash) % COLORS.length] ?? 'default';
}

/** A colour as it came with a message: one of HeroUI's names, or else the default. */
export function knownColor(color: string | undefined): AvatarColor {
  return COLORS.find((known) => known === color) ?? 'default';
}
