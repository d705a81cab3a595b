import { createStore } from '../store';

/** How many messages of the open room came while the page was out of sight. */
export const unseen = createStore(0);

export function countUnseen(count: number): void {
  if (document.visibilityState !== 'visible') unseen.set(unseen.get() + count);
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') unseen.set(0);
});
