import { UserRound } from 'lucide-react';

import type { Avatar } from '../api/types';
import { isBlank } from '../blank';
import { knownColor } from '../identity/avatar';
import { cx } from './cx';

const SIZES = { sm: 'size-8 text-sm', md: 'size-9 text-sm', lg: 'size-20 text-3xl' } as const;

interface Props {
  readonly avatar: Avatar | undefined;
  readonly size?: keyof typeof SIZES;
}

/** A user's letter on the colour of the name. The name itself stands beside it, so readers of the screen skip this. */
export function UserAvatar({ avatar, size = 'md' }: Props) {
  return (
    <span
      aria-hidden
      className={cx(
        'avatar inline-flex shrink-0 items-center justify-center overflow-clip rounded-full font-semibold select-none',
        `hue-${knownColor(avatar?.color)}`,
        SIZES[size],
      )}
    >
      {isBlank(avatar?.text ?? '') ? <UserRound className="size-1/2" /> : <bdi>{avatar?.text}</bdi>}
    </span>
  );
}
