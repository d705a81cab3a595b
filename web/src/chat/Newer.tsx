import { useTranslation } from 'react-i18next';

import { connection } from '../app/session';
import type { Window } from '../connection/window';
import { PageEdge } from './PageEdge';

/** What stands below the last message while the live end is elsewhere: the gap in between, which loads when it is reached. */
export function Newer({ window }: { readonly window: Window }) {
  const { t } = useTranslation();
  return (
    <PageEdge
      failed={window.newer === 'failed'}
      failure={t('chat.newerFailed')}
      loading={t('chat.loadingNewer')}
      retry={() => void connection.pages.newer()}
    />
  );
}
