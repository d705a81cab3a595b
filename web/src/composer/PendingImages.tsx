import { CircleAlert, RotateCw, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { connection } from '../app/session';
import { tiles } from '../chat/tiles';
import type { Pending, PendingImage } from '../connection/room-state';
import { useSelected } from '../store';
import { cx } from '../ui/cx';
import { failureText } from '../ui/failure';
import { useObjectUrl } from './useObjectUrl';

/** The images of a message that is on its way, each with how far it is and what can be done about it. */
export function PendingImages({ pending: { messageId, images, state } }: { readonly pending: Pending }) {
  if (images.length === 0) return null;
  const { grid, tile, size } = tiles(images.length);
  return (
    <div className={grid}>
      {images.map((image, index) => (
        <div key={image.key} className="relative overflow-hidden bg-default" style={size(image, index)}>
          <LocalPicture image={image} className={cx(tile(image), image.failure && 'opacity-40')} number={index + 1} />
          {!image.id && <Upload messageId={messageId} image={image} number={index + 1} failed={state === 'failed'} />}
        </div>
      ))}
    </div>
  );
}

interface LocalPictureProps {
  readonly image: PendingImage;
  readonly className: string;
  readonly number: number;
}

function LocalPicture({ image: { blob, width, height }, className, number }: LocalPictureProps) {
  const { t } = useTranslation();
  const url = useObjectUrl(blob);
  return <img src={url} alt={t('chat.image', { number })} width={width} height={height} decoding="async" className={className} />;
}

interface UploadProps {
  readonly messageId: string;
  readonly image: PendingImage;
  readonly number: number;
  /** The whole message waits for the reader. */
  readonly failed: boolean;
}

function Upload({ messageId, image: { key, failure }, number, failed }: UploadProps) {
  const { t } = useTranslation();
  return (
    <>
      {failure && (
        <span className="absolute inset-0 flex items-center justify-center text-danger" title={failureText(t, failure)}>
          <CircleAlert aria-label={failureText(t, failure)} className="size-6" />
        </span>
      )}
      {failed && failure && (
        <Corner label={t('chat.retryImage', { number })} className="start-1" onPress={() => connection.retry(messageId)}>
          <RotateCw aria-hidden className="size-3.5" />
        </Corner>
      )}
      <Corner label={t('chat.cancelImage', { number })} className="end-1" onPress={() => connection.removeImage(messageId, key)}>
        <X aria-hidden className="size-3.5" />
      </Corner>
      {!failure && !failed && <Bar imageKey={key} number={number} />}
    </>
  );
}

interface CornerProps {
  readonly label: string;
  readonly className: string;
  readonly onPress: () => void;
  readonly children: ReactNode;
}

function Corner({ label, className, onPress, children }: CornerProps) {
  return (
    <button
      type="button"
      aria-label={label}
      onClick={onPress}
      className={cx('absolute top-1 flex size-7 cursor-pointer items-center justify-center rounded-full bg-black/65 text-white outline-offset-0 hover:bg-black/85', className)}
    >
      {children}
    </button>
  );
}

function Bar({ imageKey, number }: { readonly imageKey: string; readonly number: number }) {
  const { t } = useTranslation();
  const percent = Math.round((useSelected(connection.uploadProgress, (all) => all.get(imageKey)) ?? 0) * 100);
  return (
    <div
      role="progressbar"
      aria-label={t('chat.uploading', { number })}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      className="absolute inset-x-2 bottom-2 h-1.5 overflow-hidden rounded-full bg-black/50"
    >
      <div className="h-full rounded-full bg-white transition-[width]" style={{ width: `${percent}%` }} />
    </div>
  );
}
