import { Button, Modal } from '@heroui/react';
import { X, ZoomIn, ZoomOut } from 'lucide-react';
import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';

import type { Drawing } from './kept';
import { largeDiagram } from './large';

/** Scales at which a diagram opens at least, and to which it can be enlarged. */
const READABLE = 0.5;
const LARGEST = 8;
const STEP = 1.5;

/** A diagram as large as the page, and larger: + and - zoom, 0 fits it into the page again, Escape closes. */
export default function LargeDiagram({ drawing }: { readonly drawing: Drawing }) {
  const { t } = useTranslation();
  const { url, width, height, title } = drawing;
  const place = useRef<HTMLDivElement>(null);
  const [fit, setFit] = useState(1);
  const [chosen, setChosen] = useState(READABLE);
  const scale = Math.max(fit, chosen);
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      setFit(Math.min(element.clientWidth / width, element.clientHeight / height, 2));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [width, height]);

  const close = () => largeDiagram.set(null);
  const zoomBy = (factor: number) => setChosen(Math.min(LARGEST, Math.max(fit, scale * factor)));
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === '+' || key === '=') zoomBy(STEP);
    else if (key === '-') zoomBy(1 / STEP);
    else if (key === '0') setChosen(fit);
  };
  return (
    <Modal.Backdrop isOpen onOpenChange={(open) => !open && close()}>
      <Modal.Container size="full">
        <Modal.Dialog aria-label={title ? t('diagram.named', { title }) : t('diagram.unnamed')} className="p-0">
          <div className="safe-top safe-bottom flex size-full flex-col bg-(--code-background)" onKeyDown={onKeyDown}>
            <div className="flex items-center justify-end gap-1 p-2">
              <Button isIconOnly variant="ghost" isDisabled={scale <= fit} aria-label={t('chat.zoomOut')} onPress={() => zoomBy(1 / STEP)}>
                <ZoomOut aria-hidden />
              </Button>
              <Button isIconOnly variant="ghost" isDisabled={scale >= LARGEST} aria-label={t('chat.zoomIn')} onPress={() => zoomBy(STEP)}>
                <ZoomIn aria-hidden />
              </Button>
              <Button isIconOnly autoFocus variant="ghost" aria-label={t('app.close')} onPress={close}>
                <X aria-hidden />
              </Button>
            </div>
            <div ref={place} tabIndex={0} className="mx-4 mb-4 flex min-h-0 flex-1 overflow-auto outline-offset-[-2px]">
              <img
                src={url}
                alt=""
                className="m-auto max-w-none"
                style={{ width: width * scale, height: height * scale }}
              />
            </div>
          </div>
        </Modal.Dialog>
      </Modal.Container>
    </Modal.Backdrop>
  );
}
