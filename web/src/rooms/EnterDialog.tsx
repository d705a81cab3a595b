import { Button, Input, Label, Modal, TextField } from '@heroui/react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { Dialog } from '../ui/Dialog';
import { roomIdIn } from './pasted';

/** Takes a link or a room id that somebody sent; the join dialog asks on. */
export default function EnterDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [refused, setRefused] = useState(false);

  const enter = (event: FormEvent) => {
    event.preventDefault();
    const roomId = roomIdIn(typed);
    if (!roomId) {
      setRefused(true);
      return;
    }
    onClose();
    void navigate(`/?room=${roomId}`);
  };
  return (
    <Dialog title={t('rooms.enterTitle')} onClose={onClose}>
      <form onSubmit={enter} className="contents">
        <Modal.Body className="flex flex-col gap-3">
          <p>{t('rooms.enterHint')}</p>
          <TextField
            variant="secondary"
            value={typed}
            onChange={(text) => {
              setTyped(text);
              setRefused(false);
            }}
            isInvalid={refused}
            autoFocus
            fullWidth
          >
            <Label>{t('rooms.enterLabel')}</Label>
            <Input autoComplete="off" inputMode="url" />
          </TextField>
          {refused && (
            <p role="alert" className="text-danger">
              {t('rooms.enterRefused')}
            </p>
          )}
        </Modal.Body>
        <Modal.Footer>
          <Button variant="tertiary" onPress={onClose}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" isDisabled={typed.trim() === ''}>
            {t('rooms.enterNext')}
          </Button>
        </Modal.Footer>
      </form>
    </Dialog>
  );
}
