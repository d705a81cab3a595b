import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

import { currentLanguage, keepLanguage, LANGUAGE_KEY, languageTag, type Language } from './language';

/** Each language is a chunk of its own; only the one in use is loaded. */
const load: Record<Language, () => Promise<{ default: object }>> = {
  en: () => import('./en'),
  zh: () => import('./zh'),
};

export async function startI18n(): Promise<void> {
  const language = currentLanguage();
  const { default: translation } = await load[language]();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation } },
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  tellDocument(language);
  addEventListener('storage', (event) => {
    if (event.key === LANGUAGE_KEY) void show(currentLanguage());
  });
}

export async function changeLanguage(language: Language): Promise<void> {
  if (await show(language)) keepLanguage(language);
}

/** A language that cannot be loaded leaves the page in the other one: false. */
async function show(language: Language): Promise<boolean> {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    try {
      const { default: translation } = await load[language]();
      i18next.addResourceBundle(language, 'translation', translation);
    } catch (error) {
      console.warn('the language cannot be loaded', error);
      return false;
    }
  }
  await i18next.changeLanguage(language);
  tellDocument(language);
  return true;
}

function tellDocument(language: Language): void {
  document.documentElement.lang = languageTag(language);
}
