import { readConfig } from '../config';
import type { Status } from '../connection/status';
import { createStore, type Store } from '../store';
import { showError } from '../ui/notices';

/** Milliseconds after which a page that is looked at asks whether there is a newer one. */
const EACH = 3_600_000;
/** Milliseconds after a reconnection until it asks again: hubs are replaced before the servers of the page. */
const AGAIN = 300_000;

/** Why the page should be loaded again: the server has a newer one, or a part of this one cannot be had. */
export type Reason = 'newVersion' | 'partMissing';

export const reloadReason = createStore<Reason | null>(null);

/** The name that the build gave this page; empty in development. */
const own = document.querySelector<HTMLMetaElement>('meta[name="build"]')?.content ?? '';
let served = own;
let dismissed: string | undefined;

/** Asks the server which page it has. Without an answer nothing changes: it is asked again later. */
async function lookForBuild(): Promise<void> {
  if (own === '') return;
  const { build } = await readConfig().catch(() => ({ build: undefined }));
  if (typeof build !== 'string' || build === '') return;
  served = build;
  if (build === own) {
    if (reloadReason.get() === 'newVersion') reloadReason.set(null);
  } else if (build !== dismissed) reloadReason.set('newVersion');
}

/** The reader goes on with this page, until there is yet another one. */
export function dismissReload(): void {
  if (reloadReason.get() === 'newVersion') dismissed = served;
  reloadReason.set(null);
}

/** Loads the page again, if there is one to load: what is open stays when the server cannot be reached. */
export async function reload(): Promise<void> {
  try {
    await readConfig();
  } catch {
    showError('failure.network');
    return;
  }
  location.reload();
}

/** A part of the page could not be loaded. Mostly it is of a build that the server no longer has. */
export async function partMissing(): Promise<void> {
  await lookForBuild();
  if (reloadReason.get() === null) reloadReason.set('partMissing');
}

/** Looks for a newer page when the socket is back after a cut, as every upgrade makes one, and each hour that the page is seen. */
export function watchBuild(status: Store<Status>): void {
  let wasLive = false;
  let looked = Date.now();
  let again: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    looked = Date.now();
    void lookForBuild();
  };
  const lookIfDue = () => {
    if (document.visibilityState === 'visible' && Date.now() - looked >= EACH) look();
  };
  status.subscribe(() => {
    if (status.get() !== 'live') return;
    if (wasLive) {
      look();
      clearTimeout(again);
      again = setTimeout(look, AGAIN);
    }
    wasLive = true;
  });
  document.addEventListener('visibilitychange', lookIfDue);
  setInterval(lookIfDue, AGAIN);
  // Whatever is loaded on demand, by Vite's own loader.
  addEventListener('vite:preloadError', () => void partMissing());
}
