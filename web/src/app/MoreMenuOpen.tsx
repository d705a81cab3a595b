import { Dropdown } from '@heroui/react';
import { Languages, Moon, Settings, Sun } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { useSwitches } from './switches';

interface Props {
  readonly button: ReactNode;
  /** It cannot be loaded; called by what stands in for it. */
  readonly onMissing: () => void;
}

/** The menu behind `MoreMenu`'s button, open from the start. */
export default function MoreMenuOpen({ button }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { dark, toggleLanguage, toggleTheme } = useSwitches();
  const act: Record<string, () => void> = {
    settings: () => void navigate('/settings'),
    language: toggleLanguage,
    theme: toggleTheme,
  };
  return (
    <Dropdown defaultOpen>
      {button}
      <Dropdown.Popover placement="bottom end">
        <Dropdown.Menu aria-label={t('nav.menu')} onAction={(key) => act[String(key)]?.()}>
          <Dropdown.Item id="settings" textValue={t('nav.settings')}>
            <Settings aria-hidden className="size-4 text-muted" />
            {t('nav.settings')}
          </Dropdown.Item>
          <Dropdown.Item id="language" textValue={t('nav.language')}>
            <Languages aria-hidden className="size-4 text-muted" />
            {t('nav.language')}
          </Dropdown.Item>
          <Dropdown.Item id="theme" textValue={dark ? t('nav.toLight') : t('nav.toDark')}>
            {dark ? <Sun aria-hidden className="size-4 text-muted" /> : <Moon aria-hidden className="size-4 text-muted" />}
            {dark ? t('nav.toLight') : t('nav.toDark')}
          </Dropdown.Item>
        </Dropdown.Menu>
      </Dropdown.Popover>
    </Dropdown>
  );
}
