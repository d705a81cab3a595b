import { Button } from '@heroui/react';
import { CircleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import { EmptyState } from '../ui/EmptyState';

/** What is left when a whole screen cannot be drawn. */
export function Crashed() {
  const { t } = useTranslation();
  return (
    <main className="flex h-full">
      <EmptyState icon={CircleAlert} title={t('app.crashed')} text="">
        <Button onPress={() => location.assign('/')}>{t('app.reload')}</Button>
      </EmptyState>
    </main>
  );
}
