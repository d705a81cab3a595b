import { storage } from '../storage';

const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

export const LANGUAGE_KEY = 'i18nextLng';

/** The language in use: the chosen one, else the browser's, else English. */
export function currentLanguage(): Language {
  const wanted = [storage.read(LANGUAGE_KEY), ...navigator.languages];
  for (const tag of wanted) {
    const language = LANGUAGES.find((known) => tag?.toLowerCase().split('-')[0] === known);
    if (language) return language;
  }
  return 'en';
}

export function keepLanguage(language: Language): void {
  storage.write(LANGUAGE_KEY, language);
}

/** The tag for the browser's formatters and the `lang` attribute. */
export function languageTag(language: string): string {
  return language.startsWith('zh') ? 'zh-CN' : 'en';
}
