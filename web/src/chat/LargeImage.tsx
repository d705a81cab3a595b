import { Button, Spinner } from '@heroui/react';
import { ImageOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ImageRef } from '../api/types';
import { cx } from '../ui/cx';
import type { Zoom } from './zoom';

interface Props {
  readonly image: ImageRef;
  readonly alt: string;
  readonly zoom: Zoom;
}

/** The image on the lightbox's stage, in its own size at most; until it has come, its place. */
export function LargeImage({ image, alt, zoom: { scale, x, y } }: Props) {
  const { t } = useTranslation();
  const [state, setState] = useState<'loading' | 'shown' | 'failed'>('loading');
  if (state === 'failed') {
    return (
      <div role="alert" className="flex flex-col items-center gap-3 text-sm">
        <ImageOff aria-hidden className="size-8" />
        {t('chat.imageFailed')}
        <Button size="sm" variant="secondary" onPress={() => setState('loading')}>
          {t('rooms.retry')}
        </Button>
      </div>
    );
  }
  return (
    <>
      {state === 'loading' && <Spinner className="absolute" color="current" />}
      <img
        src={image.url}
        alt={alt}
        width={image.width}
        height={image.height}
        draggable={false}
        onLoad={() => setState('shown')}
        onError={() => setState('failed')}
        className={cx(
          'h-auto max-h-full w-auto max-w-full object-contain select-none',
          state === 'loading' && 'bg-white/10',
          scale > 1 ? 'cursor-grab active:cursor-grabbing' : 'cursor-zoom-in',
        )}
        style={{ transform: `translate(${x}px, ${y}px) scale(${scale})` }}
      />
    </>
  );
}
