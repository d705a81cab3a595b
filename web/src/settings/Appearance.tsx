import { ToggleButton, ToggleButtonGroup } from '@heroui/react';
import { Monitor, Moon, Sun } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useSwitches } from '../app/switches';
import { chooseTheme, themeChoice, type ThemeChoice } from '../app/theme';
import { changeLanguage } from '../i18n/i18n';
import type { Language } from '../i18n/language';
import { useStore } from '../store';
import { Section } from './Section';

export function Appearance() {
  const { t } = useTranslation();
  const { language } = useSwitches();
  const choice = useStore(themeChoice);
  return (
    <Section title={t('settings.appearance')}>
      <div className="flex flex-col gap-5">
        <Choice<Language>
          label={t('settings.language')}
          value={language}
          onChange={(next) => void changeLanguage(next)}
          options={[
            ['en', 'English'],
            ['zh', '中文'],
          ]}
        />
        <Choice<ThemeChoice>
          label={t('settings.theme')}
          value={choice}
          onChange={chooseTheme}
          options={[
            ['light', t('settings.light'), <Sun aria-hidden key="icon" />],
            ['dark', t('settings.dark'), <Moon aria-hidden key="icon" />],
            ['system', t('settings.system'), <Monitor aria-hidden key="icon" />],
          ]}
        />
      </div>
    </Section>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly options: readonly (readonly [value: T, text: string, icon?: ReactNode])[];
}

/** One of a few options, all in sight. */
function Choice<T extends string>({ label, value, onChange, options }: ChoiceProps<T>) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-2">
      <span className="text-sm font-medium">{label}</span>
      <ToggleButtonGroup
        aria-label={label}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[value]}
        onSelectionChange={(keys) => {
          const chosen = options.find(([option]) => keys.has(option));
          if (chosen) onChange(chosen[0]);
        }}
      >
        {options.map(([option, text, icon]) => (
          <ToggleButton key={option} id={option} className="max-sm:px-3.5">
            {icon && <span className="contents max-[400px]:hidden">{icon}</span>}
            {text}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </div>
  );
}
