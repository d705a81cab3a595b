import { Check, Copy, Link2, RotateCw, ThumbsDown, ThumbsUp, Trash2, type LucideIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ParseKeys } from 'i18next';

import { messageLink } from '../app/navigation';
import { connection } from '../app/session';
import { copy } from '../ui/clipboard';
import { toggleReaction, useReaction } from './reactions';
import type { Subject } from './subject';

export interface Action {
  readonly label: ParseKeys;
  readonly icon: LucideIcon;
  /** For choices that stay: whether it is chosen. */
  readonly chosen?: boolean;
  readonly run: () => void;
}

/** What can be done with a message. */
export function useActions({ id, roomId, content, seq, failed }: Subject): readonly Action[] {
  const reaction = useReaction(id);
  const [copied, setCopied] = useState<'text' | 'link' | null>(null);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(null), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copying = (what: 'text' | 'link', text: string, said: ParseKeys) => () =>
    void copy(text, said).then((done) => setCopied(done ? what : null));

  const actions: Action[] = [];
  if (content) {
    actions.push({
      label: copied === 'text' ? 'app.copied' : 'chat.copyText',
      icon: copied === 'text' ? Check : Copy,
      run: copying('text', content, 'app.copied'),
    });
  }
  if (seq !== undefined) {
    actions.push(
      {
        label: copied === 'link' ? 'rooms.linkCopied' : 'chat.copyLink',
        icon: copied === 'link' ? Check : Link2,
        run: copying('link', messageLink(roomId, seq), 'rooms.linkCopied'),
      },
      { label: 'chat.like', icon: ThumbsUp, chosen: reaction === 'like', run: () => toggleReaction(id, 'like') },
      { label: 'chat.dislike', icon: ThumbsDown, chosen: reaction === 'dislike', run: () => toggleReaction(id, 'dislike') },
    );
  }
  if (failed) {
    actions.push(
      { label: 'chat.retry', icon: RotateCw, run: () => connection.retry(id) },
      { label: 'chat.discard', icon: Trash2, run: () => connection.discard(id) },
    );
  }
  return actions;
}
