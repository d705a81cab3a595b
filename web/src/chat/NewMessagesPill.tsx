import { ArrowDown } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Message } from '../api/types';
import { useMarkRead } from './useMarkRead';

interface Props {
  readonly roomId: string;
  /** The live log. */
  readonly messages: readonly Message[];
  readonly self: string | undefined;
  /** The seq up to which all was seen when the list was opened away from its end; undefined: opened at the end. */
  readonly seen: number | undefined;
  readonly atEnd: boolean;
  /** The end is so far away that the way back is offered, whether there is something new or not. */
  readonly far: boolean;
  readonly toEnd: () => void;
}

/** Away from the end: a button that leads back, and counts what others have said meanwhile. */
export function NewMessagesPill({ roomId, messages, self, seen: opened, atEnd, far, toEnd }: Props) {
  const { t } = useTranslation();
  const newest = messages.at(-1)?.seq ?? 0;
  const [seen, setSeen] = useState(Math.min(opened ?? newest, newest));
  if (atEnd && seen !== newest) setSeen(newest);
  useMarkRead(roomId, atEnd ? newest : undefined);

  const count = atEnd ? 0 : countNew(messages, seen, self);
  if (!far && count === 0) return null;
  return (
    <button
      type="button"
      onClick={toEnd}
      className="absolute inset-x-0 bottom-3 mx-auto flex h-9 w-fit animate-in cursor-pointer items-center gap-1.5 rounded-full border border-border bg-overlay px-3.5 text-sm font-medium shadow-overlay outline-offset-2 transition-colors duration-150 fade-in-0 slide-in-from-bottom-1 hover:bg-default motion-reduce:animate-none"
    >
      <ArrowDown aria-hidden className="size-4" />
      {count > 0 ? t('chat.newMessages', { count }) : t('chat.toNewest')}
    </button>
  );
}

function countNew(messages: readonly Message[], seen: number, self: string | undefined): number {
  let count = 0;
  for (let i = messages.length - 1; i >= 0; i -= 1) {
    const message = messages[i];
    if (!message || message.seq <= seen) break;
    if (message.clientId !== self) count += 1;
  }
  return count;
}
