import type { TFunction } from 'i18next';

import { languageTag } from '../i18n/language';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: string, options: Intl.DateTimeFormatOptions, when: Date): string {
  const key = language + JSON.stringify(options);
  let known = formats.get(key);
  if (!known) formats.set(key, (known = new Intl.DateTimeFormat(languageTag(language), options)));
  return known.format(when);
}

/** The time of day, as the reader's language writes it. */
export const timeOf = (when: Date, language: string): string => format(language, { timeStyle: 'short' }, when);

/** Date and time in full. */
export const momentOf = (when: Date, language: string): string => format(language, { dateStyle: 'full', timeStyle: 'short' }, when);

/** What a day separator says. */
export function dayLabel(when: Date, language: string, t: TFunction, now = new Date()): string {
  const days = Math.round((midnight(now) - midnight(when)) / 86_400_000);
  if (days === 0) return t('chat.today');
  if (days === 1) return t('chat.yesterday');
  const year = when.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const);
  return format(language, { weekday: days > 0 && days < 7 ? 'long' : 'short', month: 'long', day: 'numeric', ...year }, when);
}

function midnight(when: Date): number {
  return new Date(when.getFullYear(), when.getMonth(), when.getDate()).getTime();
}
