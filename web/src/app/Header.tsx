import { Bookmark, Copy, Languages, MessageCircle, MessagesSquare, Moon, Settings, Sun, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { NavLink, useLocation } from 'react-router';

import { ConnectionBadge } from '../connection/ConnectionBadge';
import { avatarOf } from '../identity/avatar';
import { identity } from '../identity/identity';
import { username } from '../identity/profile';
import { currentRoom } from '../rooms/current';
import { useStore } from '../store';
import { copy } from '../ui/clipboard';
import { cx } from '../ui/cx';
import { IconButton } from '../ui/IconButton';
import { Logo } from '../ui/Logo';
import { UserAvatar } from '../ui/UserAvatar';
import { MoreMenu } from './MoreMenu';
import { roomPath } from './navigation';
import { useSwitches } from './switches';

export function Header() {
  const { t } = useTranslation();
  const name = useStore(username);
  const { language, toggleLanguage, dark, toggleTheme } = useSwitches();
  return (
    <header className="safe-top relative z-30 border-b border-separator bg-surface/80 backdrop-blur-md">
      <div className="safe-x mx-auto flex h-14 max-w-[1400px] items-center gap-1.5 [--safe-x:0.75rem] sm:gap-3 sm:[--safe-x:1rem]">
        <NavLink to="/" className="flex shrink-0 items-center gap-2.5 rounded-lg outline-offset-4" aria-label="RoomTalk">
          <Logo className="size-8" />
          <span className="hidden text-lg font-bold tracking-tight lg:inline">RoomTalk</span>
        </NavLink>
        <Tabs />
        <div className="ms-auto flex items-center gap-1">
          <ConnectionBadge quiet />
          <UserIdChip />
          <div className="hidden items-center md:flex">
            <IconButton label={t('nav.language')} onPress={toggleLanguage} lang={language === 'en' ? 'zh' : 'en'}>
              <Languages aria-hidden />
            </IconButton>
            <IconButton label={dark ? t('nav.toLight') : t('nav.toDark')} onPress={toggleTheme}>
              {dark ? <Sun aria-hidden /> : <Moon aria-hidden />}
            </IconButton>
          </div>
          <NavLink
            to="/settings"
            aria-label={t('nav.profile', { name })}
            title={name}
            className="ms-1 rounded-full outline-offset-2"
          >
            <UserAvatar avatar={avatarOf(name)} size="sm" />
          </NavLink>
          <div className="md:hidden">
            <MoreMenu />
          </div>
        </div>
      </div>
    </header>
  );
}

function Tabs() {
  const { t } = useTranslation();
  const room = useStore(currentRoom);
  return (
    <nav aria-label={t('nav.main')} className="flex items-center gap-0.5 sm:ms-2">
      <Tab to="/" icon={MessagesSquare} label={t('nav.owned')} />
      <Tab to="/saved" icon={Bookmark} label={t('nav.saved')} />
      <Tab to="/settings" icon={Settings} label={t('nav.settings')} />
      {room && <Tab to={roomPath(room.id)} icon={MessageCircle} label={t('nav.room', { name: room.name })} text={room.name} />}
    </nav>
  );
}

interface TabProps {
  readonly to: string;
  readonly icon: LucideIcon;
  readonly label: string;
  /** Shown beside the icon, shortened; without it the label stands there on wide screens. */
  readonly text?: string;
}

function Tab({ to, icon: Icon, label, text }: TabProps) {
  const { pathname } = useLocation();
  const active = pathname === to || (to === '/' && pathname === '/chat');
  return (
    <NavLink
      to={to}
      aria-label={label}
      title={label}
      className={cx(
        'flex h-9 min-w-9 items-center justify-center gap-2 rounded-full px-2 text-sm font-medium outline-offset-1 transition-colors sm:px-2.5',
        active ? 'bg-accent-soft text-accent-soft-foreground' : 'text-muted hover:bg-default hover:text-foreground',
      )}
    >
      <Icon aria-hidden className="size-[18px] shrink-0" />
      {text ? (
        <span className="hidden max-w-24 truncate sm:inline">
          <bdi>{text}</bdi>
        </span>
      ) : (
        <span className="hidden lg:inline">{label}</span>
      )}
    </NavLink>
  );
}

function UserIdChip() {
  const { t } = useTranslation();
  const clientId = useStore(identity)?.clientId;
  if (!clientId) return null;
  return (
    <button
      type="button"
      aria-label={t('nav.copyId')}
      title={t('nav.copyId')}
      onClick={() => void copy(clientId, 'nav.idCopied')}
      className="hidden h-7 cursor-pointer items-center gap-1.5 rounded-full bg-default px-2.5 font-mono text-xs text-muted transition-colors hover:text-foreground md:flex"
    >
      ID: {clientId.slice(0, 8)}…
      <Copy aria-hidden className="size-3" />
    </button>
  );
}
