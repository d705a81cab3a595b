import { Button, Input, Label, Modal, Spinner, TextArea, TextField } from '@heroui/react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { connection } from '../app/session';
import { roomPath } from '../app/navigation';
import { isBlank } from '../blank';
import { Dialog } from '../ui/Dialog';
import { codeOf, failureText } from '../ui/failure';
import { createOwnedRoom } from './owned';

export default function CreateRoomDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const create = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || isBlank(name)) return;
    setBusy(true);
    setFailure(null);
    try {
      const room = await createOwnedRoom(name.trim(), description.trim());
      connection.enter(room.id, room);
      onClose();
      await navigate(roomPath(room.id));
    } catch (error) {
      setFailure(codeOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('rooms.createTitle')} onClose={onClose}>
      <form onSubmit={(event) => void create(event)} className="contents">
        <Modal.Body className="flex flex-col gap-4">
          <p>{t('rooms.createHint')}</p>
          <TextField variant="secondary" value={name} onChange={setName} isRequired maxLength={100} autoFocus fullWidth>
            <Label>{t('rooms.name')}</Label>
            <Input placeholder={t('rooms.namePlaceholder')} autoComplete="off" />
          </TextField>
          <TextField variant="secondary" value={description} onChange={setDescription} maxLength={500} fullWidth>
            <Label>{t('rooms.description')}</Label>
            <TextArea placeholder={t('rooms.descriptionPlaceholder')} rows={2} />
          </TextField>
          {failure && (
            <p role="alert" className="text-danger">
              {failureText(t, failure)}
            </p>
          )}
        </Modal.Body>
        <Modal.Footer>
          <Button variant="tertiary" onPress={onClose}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" isDisabled={isBlank(name)} isPending={busy}>
            {busy && <Spinner size="sm" color="current" />}
            {t('rooms.create')}
          </Button>
        </Modal.Footer>
      </form>
    </Dialog>
  );
}
