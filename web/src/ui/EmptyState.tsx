import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface Props {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
  /** Of the title: 1 where this is the whole screen. */
  readonly level?: 1 | 2;
  readonly children?: ReactNode;
}

/** What a place shows that holds nothing: an icon, what is missing, and what to do. */
export function EmptyState({ icon: Icon, title, text, level = 1, children }: Props) {
  const Title = `h${level}` as const;
  return (
    <div className="m-auto flex max-w-sm flex-col items-center gap-2 px-6 py-10 text-center">
      <span className="mb-2 flex size-16 items-center justify-center rounded-3xl bg-accent-soft text-accent-soft-foreground">
        <Icon aria-hidden className="size-8" strokeWidth={1.75} />
      </span>
      <Title className="text-lg font-semibold">{title}</Title>
      <p className="text-sm text-balance text-muted">{text}</p>
      {children && <div className="mt-4 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}
