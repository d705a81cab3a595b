import { Button } from '@heroui/react';
import { CloudOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import { EmptyState } from '../ui/EmptyState';
import { reload } from './build';

/** Stands in the place of a screen that cannot be loaded; the rest of the page goes on. */
export function MissingScreen() {
  const { t } = useTranslation();
  return (
    <EmptyState icon={CloudOff} title={t('app.partMissing')} text={t('app.partMissingHint')}>
      <Button onPress={() => void reload()}>{t('app.reload')}</Button>
    </EmptyState>
  );
}
