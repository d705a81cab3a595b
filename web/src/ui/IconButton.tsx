import { Button } from '@heroui/react';
import type { ComponentProps, ReactNode } from 'react';

import { cx } from './cx';

interface Props extends Omit<ComponentProps<typeof Button>, 'children' | 'className' | 'isIconOnly' | 'aria-label'> {
  readonly label: string;
  /** Which edge of the button the tooltip keeps to: the one nearer to the page's own. */
  readonly tip?: 'start' | 'end';
  readonly className?: string;
  readonly children: ReactNode;
}

/**
 * A round button with an icon; its label is read aloud, and shown on hover and keyboard focus. The tooltip is a matter of
 * style sheets alone: a floating one would cost the first page 30 kB.
 */
export function IconButton({ label, tip = 'end', className, children, variant = 'ghost', ...rest }: Props) {
  return (
    <Button isIconOnly aria-label={label} variant={variant} className={cx('has-tip', className)} {...rest}>
      {children}
      <span aria-hidden className={cx('tip', `tip-${tip}`)}>
        {label}
      </span>
    </Button>
  );
}
