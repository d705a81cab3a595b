import { Button, Modal, Spinner } from '@heroui/react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { fetchRoom } from '../api/rooms';
import type { Room } from '../api/types';
import { roomPath } from '../app/navigation';
import { connection } from '../app/session';
import { Dialog } from '../ui/Dialog';
import { codeOf, failureText } from '../ui/failure';

interface Props {
  readonly roomId: string;
  /** The question is answered, one way or the other. */
  readonly onDone: () => void;
}

/** Asks whether to join the room of a link, and names it. */
export default function JoinDialog({ roomId, onDone }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [room, setRoom] = useState<Room | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    fetchRoom(roomId).then(
      (found) => wanted && setRoom(found),
      (error: unknown) => wanted && setFailure(codeOf(error)),
    );
    return () => {
      wanted = false;
    };
  }, [roomId]);

  const missing = failure === 'room_not_found';
  const join = () => {
    if (!room) return;
    connection.enter(room.id, room);
    void navigate(roomPath(room.id), { replace: true });
  };
  return (
    <Dialog title={missing ? t('rooms.notFoundTitle') : t('rooms.joinTitle')} onClose={onDone}>
      <Modal.Body aria-live="polite">
        {missing ? (
          t('rooms.notFoundText', { id: roomId })
        ) : failure ? (
          failureText(t, failure)
        ) : room ? (
          <>
            <p>{t('rooms.joinText', { name: room.name })}</p>
            {room.description && (
              <p className="mt-2">
                <bdi>{room.description}</bdi>
              </p>
            )}
          </>
        ) : (
          <Spinner />
        )}
      </Modal.Body>
      <Modal.Footer>
        <Button variant="tertiary" onPress={onDone}>
          {failure ? t('app.close') : t('app.cancel')}
        </Button>
        {!failure && (
          <Button isDisabled={!room} onPress={join}>
            {t('rooms.join')}
          </Button>
        )}
      </Modal.Footer>
    </Dialog>
  );
}
