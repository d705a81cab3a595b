import { Button, Modal } from '@heroui/react';
import { ChevronLeft, ChevronRight, Download, X, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffect, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';

import type { ImageRef } from '../api/types';
import { cx } from '../ui/cx';
import { LargeImage } from './LargeImage';
import { lightbox } from './lightbox-store';
import { useZoom } from './useZoom';

interface Props {
  readonly images: readonly ImageRef[];
  readonly index: number;
}

const BUTTON = 'bg-white/12 text-white hover:bg-white/25';
/** How much a key press or a button magnifies. */
const STEP = 1.5;

/** Images as large as the page. Arrow keys, Home and End go among them; +, - and 0 zoom; Escape closes. */
export default function Lightbox({ images, index }: Props) {
  const { t } = useTranslation();
  const last = images.length - 1;
  const show = (next: number) => {
    if (next >= 0 && next <= last) lightbox.set({ images, index: next });
  };
  const { zoom, stage, handlers, by, reset } = useZoom(index, (step) => show(index + step));
  useEffect(() => {
    // The neighbours are there before they are asked for.
    for (const neighbour of [images[index - 1], images[index + 1]]) if (neighbour) new Image().src = neighbour.url;
  }, [images, index]);
  const image = images[index];
  if (!image) return null;

  const close = () => lightbox.set(null);
  const keys: Record<string, () => void> = {
    ArrowRight: () => show(index + 1),
    ArrowLeft: () => show(index - 1),
    Home: () => show(0),
    End: () => show(last),
    '+': () => by(STEP),
    '=': () => by(STEP),
    '-': () => by(1 / STEP),
    '0': reset,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  const alt = t('chat.imageOf', { number: index + 1, count: images.length });
  const side = 'absolute top-1/2 z-10 -translate-y-1/2';
  return (
    <Modal.Backdrop isOpen onOpenChange={(open) => !open && close()}>
      <Modal.Container size="full">
        <Modal.Dialog aria-label={alt} className="bg-black/95 p-0">
          <div className="safe-top safe-bottom flex size-full flex-col text-white" onKeyDown={onKeyDown}>
            <div className="safe-x z-10 flex items-center gap-2 py-3 [--safe-x:0.75rem]">
              <span className="me-auto ps-1 text-sm tabular-nums" aria-live="polite">
                {index + 1} / {images.length}
              </span>
              <Button isIconOnly variant="ghost" className={BUTTON} isDisabled={zoom.scale === 1} aria-label={t('chat.zoomOut')} onPress={() => by(1 / STEP)}>
                <ZoomOut aria-hidden />
              </Button>
              <Button isIconOnly variant="ghost" className={BUTTON} aria-label={t('chat.zoomIn')} onPress={() => by(STEP)}>
                <ZoomIn aria-hidden />
              </Button>
              <a
                href={image.url}
                download
                aria-label={t('chat.download')}
                title={t('chat.download')}
                className={cx('flex size-10 items-center justify-center rounded-full md:size-9', BUTTON)}
              >
                <Download aria-hidden className="size-4" />
              </a>
              <Button isIconOnly autoFocus variant="ghost" className={BUTTON} aria-label={t('app.close')} onPress={close}>
                <X aria-hidden />
              </Button>
            </div>
            <div className="relative min-h-0 flex-1">
              <div ref={stage} data-testid="stage" className="absolute inset-0 flex touch-none items-center justify-center overflow-hidden" {...handlers}>
                <LargeImage key={image.id} image={image} alt={alt} zoom={zoom} />
              </div>
              {index > 0 && (
                <Button isIconOnly variant="ghost" className={cx(BUTTON, side, 'left-3')} aria-label={t('chat.previousImage')} onPress={() => show(index - 1)}>
                  <ChevronLeft aria-hidden />
                </Button>
              )}
              {index < last && (
                <Button isIconOnly variant="ghost" className={cx(BUTTON, side, 'right-3')} aria-label={t('chat.nextImage')} onPress={() => show(index + 1)}>
                  <ChevronRight aria-hidden />
                </Button>
              )}
            </div>
          </div>
        </Modal.Dialog>
      </Modal.Container>
    </Modal.Backdrop>
  );
}
