import { ArrowLeft, Bookmark, BookmarkCheck, Link2, LogOut, QrCode, Users } from 'lucide-react';
import { memo, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { roomLink } from '../app/navigation';
import { leaveRoom } from '../app/session';
import { ConnectionBadge } from '../connection/ConnectionBadge';
import type { RoomState } from '../connection/room-state';
import { identity } from '../identity/identity';
import { savedRooms, saveRoom, unsaveRoom } from '../rooms/saved';
import { useStore } from '../store';
import { copy } from '../ui/clipboard';
import { cx } from '../ui/cx';
import { IconButton } from '../ui/IconButton';
import { showSuccess } from '../ui/notices';
import { onDemand } from '../ui/onDemand';

const ShareDialog = onDemand(() => import('../rooms/ShareDialog'), { giveUp: ({ onClose }) => onClose() });

/** Four of them leave room for the name on the narrowest phone. */
const BUTTON = 'max-sm:size-9';

type Props = Pick<RoomState, 'room' | 'roomId' | 'count' | 'lastMove'>;

/** Above the messages: the room, who is there, and what can be done with it. No message changes it. */
export const ChatHeader = memo(function ChatHeader({ room, roomId, count, lastMove }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const saved = useStore(savedRooms).some((room) => room.id === roomId);
  const [sharing, setSharing] = useState(false);

  const toggleSaved = () => {
    if (!room) return;
    if (saved) unsaveRoom(roomId);
    else saveRoom(room);
    showSuccess(saved ? 'chat.unsaved' : 'chat.saved');
  };
  const leave = () => {
    leaveRoom();
    void navigate('/');
  };
  return (
    <div className="safe-top relative z-20 shrink-0 border-b border-separator bg-surface/80 backdrop-blur-md">
      <div className="safe-x flex h-14 items-center gap-1 [--safe-x:0.5rem] sm:gap-2 sm:[--safe-x:0.75rem]">
        <IconButton tip="start" label={t('chat.back')} onPress={() => void navigate('/')} className={BUTTON}>
          <ArrowLeft aria-hidden />
        </IconButton>
        <div className="min-w-0 flex-1">
          <h1 className="truncate leading-tight font-semibold">
            <bdi>{room?.name ?? roomId}</bdi>
          </h1>
          <Members count={count} lastMove={lastMove} />
        </div>
        <button
          type="button"
          aria-label={t('chat.copyRoomId')}
          title={t('chat.copyRoomId')}
          onClick={() => void copy(roomId, 'chat.roomIdCopied')}
          className="hidden h-7 cursor-pointer items-center rounded-full bg-default px-2.5 font-mono text-xs text-muted transition-colors hover:text-foreground sm:flex"
        >
          {roomId.length > 10 ? `${roomId.slice(0, 8)}…` : roomId}
        </button>
        <div className="md:hidden">
          <ConnectionBadge quiet />
        </div>
        <div className="flex shrink-0">
          <IconButton label={t('chat.share')} onPress={() => void copy(roomLink(roomId), 'rooms.linkCopied')} className={BUTTON}>
            <Link2 aria-hidden />
          </IconButton>
          <IconButton label={t('chat.qr')} isDisabled={!room} onPress={() => setSharing(true)} className={BUTTON}>
            <QrCode aria-hidden />
          </IconButton>
          <IconButton
            label={saved ? t('chat.unsave') : t('chat.save')}
            aria-pressed={saved}
            isDisabled={!room}
            onPress={toggleSaved}
            className={cx(BUTTON, saved && 'text-accent-soft-foreground')}
          >
            {saved ? <BookmarkCheck aria-hidden /> : <Bookmark aria-hidden />}
          </IconButton>
          <IconButton label={t('chat.leave')} onPress={leave} className={BUTTON}>
            <LogOut aria-hidden />
          </IconButton>
        </div>
      </div>
      {sharing && room && <ShareDialog room={room} onClose={() => setSharing(false)} />}
    </div>
  );
});

/** How many are here; for five seconds, who came or went last. */
function Members({ count, lastMove }: Pick<Props, 'count' | 'lastMove'>) {
  const { t } = useTranslation();
  const self = useStore(identity)?.clientId;
  const [shown, setShown] = useState<typeof lastMove>(null);
  useEffect(() => {
    if (!lastMove || lastMove.clientId === self) return;
    setShown(lastMove);
    const timer = setTimeout(() => setShown(null), 5000);
    return () => clearTimeout(timer);
  }, [lastMove, self]);
  if (count === 0) return null;
  const who = shown && { id: shown.clientId.slice(0, 4) };
  return (
    <p className="flex items-center gap-1 truncate text-xs text-muted" data-testid="members">
      <Users aria-hidden className="size-3 shrink-0" />
      {t('chat.members', { count })}
      {who && <span className="truncate">· {shown.action === 'join' ? t('chat.joined', who) : t('chat.left', who)}</span>}
    </p>
  );
}
