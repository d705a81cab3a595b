import { Button, Modal } from '@heroui/react';
import { Copy, Share2 } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { encode } from 'uqr';

import type { Room } from '../api/types';
import { roomLink } from '../app/navigation';
import { copy } from '../ui/clipboard';
import { Dialog } from '../ui/Dialog';

interface Props {
  readonly room: Room;
  readonly onClose: () => void;
}

/** A room's link as text and as a code for cameras; on devices that can, also to hand on to another app. */
export default function ShareDialog({ room, onClose }: Props) {
  const { t } = useTranslation();
  const link = roomLink(room.id);
  // Missing where the system has no such thing, whatever the types say.
  const canShare = typeof navigator.share === 'function';
  const handOn = () =>
    navigator.share({ title: room.name, url: link }).catch((error: unknown) => {
      // The reader changed their mind; anything else leaves the dialog with its two other ways.
      if (!(error instanceof DOMException && error.name === 'AbortError')) console.warn('sharing failed', error);
    });
  return (
    <Dialog title={t('rooms.shareTitle', { name: room.name })} onClose={onClose}>
      <Modal.Body className="flex flex-col items-center gap-4">
        <p className="self-start">{t('rooms.createHint')}</p>
        <Code text={link} label={t('rooms.qr')} />
        <p className="w-full rounded-xl bg-default px-3 py-2 text-center font-mono text-xs break-all text-foreground">{link}</p>
      </Modal.Body>
      <Modal.Footer>
        {canShare && (
          <Button variant="tertiary" onPress={() => void handOn()}>
            <Share2 aria-hidden />
            {t('rooms.handOn')}
          </Button>
        )}
        <Button
          onPress={() => {
            void copy(link, 'rooms.linkCopied');
            onClose();
          }}
        >
          <Copy aria-hidden />
          {t('rooms.share')}
        </Button>
      </Modal.Footer>
    </Dialog>
  );
}

/** A QR code, dark on white in every theme: cameras expect that. */
function Code({ text, label }: { readonly text: string; readonly label: string }) {
  const { size, data } = useMemo(() => encode(text, { border: 2 }), [text]);
  const path = data.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')).join('')).join('');
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges" className="size-56 rounded-2xl bg-white">
      <path d={path} fill="#10131c" />
    </svg>
  );
}
