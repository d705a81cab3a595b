import { Check, Link2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Room } from '../api/types';
import { roomLink, roomPath } from '../app/navigation';
import { languageTag } from '../i18n/language';
import { avatarOf } from '../identity/avatar';
import { copy } from '../ui/clipboard';
import { IconButton } from '../ui/IconButton';
import { UserAvatar } from '../ui/UserAvatar';
import { UnreadBadge } from './UnreadBadge';

interface Props {
  readonly room: Room;
  /** More buttons at the card's end. */
  readonly actions?: ReactNode;
}

/** A room to enter. The whole card is the link; its buttons lie above it. */
export function RoomCard({ room, actions }: Props) {
  const { t, i18n } = useTranslation();
  const [copied, setCopied] = useState(false);
  const date = new Intl.DateTimeFormat(languageTag(i18n.language), { dateStyle: 'medium' }).format(new Date(room.createdAt));

  const share = async () => {
    if (!(await copy(roomLink(room.id), 'rooms.linkCopied'))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <li className="group relative flex min-w-0 gap-3 rounded-2xl border border-border bg-surface p-4 transition-[border-color,box-shadow] focus-within:border-accent hover:border-accent/50 hover:shadow-surface">
      <UserAvatar avatar={avatarOf(room.name)} />
      <div className="min-w-0 flex-1">
        <h2 className="flex items-center gap-2 font-semibold">
          <Link to={roomPath(room.id)} className="truncate outline-none after:absolute after:inset-0 after:rounded-2xl">
            <bdi>{room.name}</bdi>
          </Link>
          <UnreadBadge roomId={room.id} />
        </h2>
        {room.description && (
          <p className="mt-0.5 line-clamp-2 text-sm text-pretty text-muted">
            <bdi>{room.description}</bdi>
          </p>
        )}
        <p className="mt-1.5 text-xs text-muted">{t('rooms.created', { date })}</p>
      </div>
      <div className="relative -me-1.5 -mt-1 flex shrink-0 self-start max-[400px]:flex-col">
        <IconButton label={copied ? t('app.copied') : t('rooms.share')} size="sm" onPress={() => void share()}>
          {copied ? <Check aria-hidden /> : <Link2 aria-hidden />}
        </IconButton>
        {actions}
      </div>
    </li>
  );
}
