import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useMatch } from 'react-router';

import { cx } from '../ui/cx';
import { NoticeBars } from '../ui/NoticeBars';
import { onDemand } from '../ui/onDemand';
import { Header } from './Header';
import { useFocusOnContent, useInvitation, useLastView } from './navigation';
import { ReloadBar } from './ReloadBar';
import { useTitle } from './title';

const JoinDialog = onDemand(() => import('../rooms/JoinDialog'), { giveUp: ({ onDone }) => onDone() });

/** The frame of every screen: header, notices, and the screen itself. On a phone an open room has the page to itself. */
export function Layout({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const inRoom = useMatch('/room/:roomId') !== null;
  const { pathname } = useLocation();
  const invitation = useInvitation();
  useLastView();
  useTitle();
  useFocusOnContent();
  return (
    <>
      <a
        href="#content"
        className="absolute start-3 top-2 z-50 -translate-y-20 rounded-full bg-accent px-4 py-2 text-sm text-accent-foreground focus:translate-y-0"
      >
        {t('app.skip')}
      </a>
      <div className={cx(inRoom && 'hidden md:block')}>
        <Header />
      </div>
      <div className={cx('relative z-30', inRoom && 'max-md:top-14')}>
        <NoticeBars>
          <ReloadBar />
        </NoticeBars>
      </div>
      <main
        id="content"
        tabIndex={-1}
        key={inRoom ? 'room' : pathname}
        className="mx-auto flex min-h-0 w-full max-w-[1400px] flex-1 flex-col outline-none"
      >
        {children}
      </main>
      {invitation && <JoinDialog roomId={invitation.roomId} onDone={invitation.forget} />}
    </>
  );
}
