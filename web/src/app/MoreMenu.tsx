import { Button } from '@heroui/react';
import { EllipsisVertical } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { onDemand } from '../ui/onDemand';

const MoreMenuOpen = onDemand(() => import('./MoreMenuOpen'), {
  meanwhile: ({ button }) => button,
  giveUp: ({ onMissing }) => onMissing(),
});

/** On phones: settings, language and theme behind three dots. The menu is loaded when it is opened first. */
export function MoreMenu() {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState(false);
  const look = { isIconOnly: true, variant: 'ghost', 'aria-label': t('nav.menu') } as const;
  const icon = <EllipsisVertical aria-hidden />;
  if (!wanted) {
    return (
      <Button {...look} aria-haspopup="menu" onPress={() => setWanted(true)}>
        {icon}
      </Button>
    );
  }
  return <MoreMenuOpen button={<Button {...look}>{icon}</Button>} onMissing={() => setWanted(false)} />;
}
