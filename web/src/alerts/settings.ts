import { storage } from '../storage';
import { createStore, type Store } from '../store';

function kept(key: string): Store<boolean> {
  const store = createStore(storage.read(key) === 'on');
  store.subscribe(() => storage.write(key, store.get() ? 'on' : null));
  addEventListener('storage', (event) => {
    if (event.key === key) store.set(event.newValue === 'on');
  });
  return store;
}

/** Whether a message of somebody else makes a sound while the page is not in sight. */
export const soundOn = kept('roomtalk_sound');
/** Whether it is told by a notification of the system. */
export const notificationsOn = kept('roomtalk_notifications');

/** Asks the reader to allow notifications; true when they are allowed. */
export async function allowNotifications(): Promise<boolean> {
  if (!('Notification' in globalThis)) return false;
  return (await Notification.requestPermission()) === 'granted';
}
