import type { ReactNode } from 'react';

interface Props {
  readonly title: string;
  readonly hint: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

/** A titled grid of room cards that scrolls by itself. */
export function RoomGrid({ title, hint, action, children }: Props) {
  return (
    <div className="safe-x safe-bottom min-h-0 flex-1 overflow-y-auto pt-6 [--safe-bottom:1.5rem] [--safe-x:1rem] sm:[--safe-x:1.5rem]">
      <div className="mb-5 flex flex-wrap items-center justify-between gap-3">
        <div>
          <h1 className="text-2xl font-bold tracking-tight">{title}</h1>
          <p className="text-sm text-muted">{hint}</p>
        </div>
        {action && <div className="flex flex-wrap gap-2">{action}</div>}
      </div>
      <ul className="grid gap-3 md:grid-cols-2 lg:grid-cols-3">{children}</ul>
    </div>
  );
}
