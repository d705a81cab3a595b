import { useTranslation } from 'react-i18next';

import { changeLanguage } from '../i18n/i18n';
import type { Language } from '../i18n/language';
import { useStore } from '../store';
import { chooseTheme, theme } from './theme';

/** The two switches that header and menu share. */
export function useSwitches() {
  const { i18n } = useTranslation();
  const language: Language = i18n.language === 'zh' ? 'zh' : 'en';
  const dark = useStore(theme) === 'dark';
  return {
    language,
    dark,
    toggleLanguage: () => void changeLanguage(language === 'zh' ? 'en' : 'zh'),
    toggleTheme: () => chooseTheme(dark ? 'light' : 'dark'),
  };
}
