import { useTranslation } from 'react-i18next';

import { connection } from '../app/session';
import type { RoomState } from '../connection/room-state';
import { shownOlder } from '../connection/window';
import { PageEdge } from './PageEdge';

/** What stands above the first message: that more is coming, that it failed, or that this is the beginning. */
export function Older({ state }: { readonly state: RoomState }) {
  const { t } = useTranslation();
  if (state.phase === 'failed') return <span className="text-xs text-muted">{t('chat.loadFailed')}</span>;
  const older = shownOlder(state);
  if (older === 'none') {
    return (
      <p className="truncate px-4 text-xs text-muted">{t('chat.beginning', { name: state.room?.name ?? state.roomId })}</p>
    );
  }
  return (
    <PageEdge
      failed={older === 'failed'}
      failure={t('chat.olderFailed')}
      loading={t('chat.loadingOlder')}
      retry={() => void connection.pages.older()}
    />
  );
}
