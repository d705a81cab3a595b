import { ImageOff } from 'lucide-react';
import { useState, type CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';

import type { ImageRef } from '../api/types';
import { openLightbox } from './lightbox-store';
import { tiles } from './tiles';

interface Props {
  /** All images of the message: the lightbox shows them in turn. */
  readonly images: readonly ImageRef[];
  readonly index: number;
  readonly className?: string;
  readonly style?: CSSProperties;
}

/** An image of a message; pressing it shows it large. */
export function Picture({ images, index, className, style }: Props) {
  const { t } = useTranslation();
  const [failed, setFailed] = useState(false);
  const image = images[index];
  if (!image) return null;
  const box = style ?? tiles(1).size(image, 0);
  if (failed) {
    return (
      <button
        type="button"
        style={box}
        onClick={() => setFailed(false)}
        title={t('chat.imageFailed')}
        className="flex min-h-20 min-w-20 cursor-pointer flex-col items-center justify-center gap-1 overflow-hidden bg-default p-2 text-center text-xs text-muted outline-offset-[-3px]"
      >
        <ImageOff aria-hidden className="size-5" />
        <span className="sr-only">{t('chat.imageFailed')}</span>
        <span className="font-medium underline">{t('chat.retry')}</span>
      </button>
    );
  }
  return (
    <button
      type="button"
      aria-label={t('chat.openImage', { number: index + 1 })}
      onClick={() => openLightbox(images, index)}
      style={box}
      className="block cursor-zoom-in overflow-hidden bg-default outline-offset-[-3px]"
    >
      <img
        src={image.url}
        alt={t('chat.imageOf', { number: index + 1, count: images.length })}
        width={image.width}
        height={image.height}
        loading="lazy"
        decoding="async"
        onError={() => setFailed(true)}
        className={className ?? tiles(1).tile(image)}
      />
    </button>
  );
}
