import { Label, Switch } from '@heroui/react';
import { useTranslation } from 'react-i18next';

import { allowNotifications, notificationsOn, soundOn } from '../alerts/settings';
import { useStore } from '../store';
import { showError } from '../ui/notices';
import { Section } from './Section';

/** Sound and notifications for messages that come while the page is not in sight. */
export function Alerts() {
  const { t } = useTranslation();
  const notify = async (wanted: boolean) => {
    const allowed = wanted && (await allowNotifications());
    notificationsOn.set(allowed);
    if (wanted && !allowed) showError('settings.notAllowed');
  };
  return (
    <Section title={t('settings.alerts')}>
      <p className="mb-4 text-sm text-muted">{t('settings.alertsHint')}</p>
      <div className="flex flex-col gap-4">
        <Toggle label={t('settings.sound')} on={useStore(soundOn)} onChange={(on) => soundOn.set(on)} />
        <Toggle label={t('settings.notifications')} on={useStore(notificationsOn)} onChange={(on) => void notify(on)} />
      </div>
    </Section>
  );
}

interface ToggleProps {
  readonly label: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}

function Toggle({ label, on, onChange }: ToggleProps) {
  return (
    <Switch isSelected={on} onChange={onChange}>
      <Switch.Content className="flex w-full items-center justify-between gap-3">
        <Label>{label}</Label>
        <Switch.Control>
          <Switch.Thumb />
        </Switch.Control>
      </Switch.Content>
    </Switch>
  );
}
