import { Button, Modal } from '@heroui/react';
import { useTranslation } from 'react-i18next';

import type { Room } from '../api/types';
import { Dialog } from '../ui/Dialog';

interface Props {
  readonly room: Room;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

export default function RemoveDialog({ room, onClose, onConfirm }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('rooms.removeTitle')} onClose={onClose}>
      <Modal.Body>{t('rooms.removeText', { name: room.name })}</Modal.Body>
      <Modal.Footer>
        <Button variant="tertiary" onPress={onClose}>
          {t('app.cancel')}
        </Button>
        <Button variant="danger" onPress={onConfirm}>
          {t('rooms.removeConfirm')}
        </Button>
      </Modal.Footer>
    </Dialog>
  );
}
