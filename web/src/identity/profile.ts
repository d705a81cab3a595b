import { isBlank } from '../blank';
import { currentLanguage } from '../i18n/language';
import { storage } from '../storage';
import { createStore } from '../store';
import { randomName } from './names';

const USERNAME = 'roomtalk_username';

/** Longest name, in characters (Unicode code points). */
export const USERNAME_LIMIT = 50;

/** The user's name. A random one, in the language in use, until the user picks another. */
export const username = createStore<string>(initial());

function initial(): string {
  const known = storage.read(USERNAME);
  if (known && !isBlank(known)) return known;
  const name = randomName(currentLanguage());
  storage.write(USERNAME, name);
  return name;
}

export function rename(name: string): void {
  storage.write(USERNAME, name);
  username.set(name);
}

addEventListener('storage', (event) => {
  if (event.key === USERNAME && event.newValue) username.set(event.newValue);
});
