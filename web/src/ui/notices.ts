import type { ParseKeys } from 'i18next';

import { createStore } from '../store';

/** What the bars under the header say: an error until it is closed, a success for two seconds. */
export interface Notices {
  readonly error: ParseKeys | null;
  readonly success: ParseKeys | null;
}

export const notices = createStore<Notices>({ error: null, success: null });

let timer: ReturnType<typeof setTimeout> | undefined;

export function showError(key: ParseKeys | null): void {
  notices.set({ ...notices.get(), error: key });
}

export function showSuccess(key: ParseKeys): void {
  clearTimeout(timer);
  notices.set({ ...notices.get(), success: key });
  timer = setTimeout(() => notices.set({ ...notices.get(), success: null }), 2000);
}
