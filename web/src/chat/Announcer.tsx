import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Message } from '../api/types';

/** Longest text that is read aloud, in characters, and most messages at once. */
const LONGEST = 300;
const MOST = 3;

interface Props {
  /** The live log. */
  readonly messages: readonly Message[];
  readonly self: string | undefined;
}

/** Tells screen readers, politely, what others have just said; never what was there before. */
export function Announcer({ messages, self }: Props) {
  const { t } = useTranslation();
  const told = useRef(messages.at(-1)?.seq ?? 0);
  const [said, setSaid] = useState<readonly Message[]>([]);
  useEffect(() => {
    const fresh = messages.slice(-MOST).filter(({ seq, clientId }) => seq > told.current && clientId !== self);
    told.current = Math.max(told.current, messages.at(-1)?.seq ?? 0);
    if (fresh.length > 0) setSaid(fresh);
  }, [messages, self]);
  return (
    <div aria-live="polite" className="sr-only">
      {said.map(({ seq, username, content }) => {
        const name = typeof username === 'string' ? username : t('chat.someone');
        const text = content.slice(0, LONGEST);
        return <p key={seq}>{text ? t('chat.announce', { name, text }) : t('chat.announceImage', { name })}</p>;
      })}
    </div>
  );
}
