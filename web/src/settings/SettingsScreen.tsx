import { useTranslation } from 'react-i18next';

import { Alerts } from './Alerts';
import { Appearance } from './Appearance';
import { Devices } from './Devices';
import { Profile } from './Profile';

export default function SettingsScreen() {
  const { t } = useTranslation();
  return (
    <div className="safe-x safe-bottom min-h-0 flex-1 overflow-y-auto pt-6 [--safe-bottom:1.5rem] [--safe-x:1rem]">
      <div className="mx-auto flex max-w-xl flex-col gap-4">
        <h1 className="text-2xl font-bold tracking-tight">{t('settings.title')}</h1>
        <Profile />
        <Appearance />
        <Alerts />
        <Devices />
      </div>
    </div>
  );
}
