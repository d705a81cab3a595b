import { Spinner } from '@heroui/react';
import { ChevronLeft, ChevronRight, X } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { cx } from '../ui/cx';
import type { Attachment } from './attachments';
import { useObjectUrl } from './useObjectUrl';

const BUTTON =
  'flex size-6 cursor-pointer items-center justify-center rounded-full bg-black/65 text-white outline-offset-0 hover:bg-black/85';

interface Props {
  readonly image: Attachment;
  readonly index: number;
  readonly count: number;
  /** Id of the sentence that says which keys work. */
  readonly hint: string;
  /** It is being dragged. */
  readonly taken: boolean;
  readonly onPlace: (to: number) => void;
  readonly onRemove: () => void;
}

/** One image in the composer: dragged by its picture, moved by the arrow keys or its small buttons. */
export function AttachmentTile({ image: { key, name, preview, prepared }, index, count, hint, taken, onPlace, onRemove }: Props) {
  const { t } = useTranslation();
  const url = useObjectUrl(preview);
  const number = index + 1;
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: count - 1 }[event.key];
    if (to !== undefined) onPlace(to);
    else if (event.key === 'Delete' || event.key === 'Backspace') onRemove();
    else return;
    event.preventDefault();
  };
  return (
    <li
      data-key={key}
      data-taken={taken || undefined}
      className={cx(
        'group/image relative size-20 shrink-0 rounded-xl bg-default transition-[scale,box-shadow]',
        taken && 'z-10 scale-105 shadow-overlay ring-2 ring-accent',
      )}
    >
      <button
        type="button"
        data-grip
        aria-label={t('composer.image', { number, count, name })}
        aria-describedby={hint}
        aria-busy={!prepared}
        onKeyDown={onKeyDown}
        className="size-full cursor-grab overflow-hidden rounded-xl outline-offset-2 active:cursor-grabbing"
      >
        {url && <img src={url} alt="" draggable={false} decoding="async" className={cx('pointer-events-none size-full object-cover', !prepared && 'opacity-40')} />}
      </button>
      {!prepared && <Spinner size="sm" className="pointer-events-none absolute inset-0 m-auto" />}
      <button type="button" aria-label={t('composer.removeImage', { number })} onClick={onRemove} className={cx(BUTTON, 'absolute end-1 top-1')}>
        <X aria-hidden className="size-3.5" />
      </button>
      {count > 1 && !taken && (
        <span className="pointer-events-none absolute inset-x-1 bottom-1 flex justify-between opacity-0 group-focus-within/image:opacity-100 group-hover/image:opacity-100 pointer-coarse:opacity-100">
          <button type="button" disabled={index === 0} aria-label={t('composer.moveBack', { number })} onClick={() => onPlace(index - 1)} className={cx(BUTTON, 'pointer-events-auto disabled:invisible')}>
            <ChevronLeft aria-hidden className="size-3.5" />
          </button>
          <button type="button" disabled={number === count} aria-label={t('composer.moveOn', { number })} onClick={() => onPlace(index + 1)} className={cx(BUTTON, 'pointer-events-auto disabled:invisible')}>
            <ChevronRight aria-hidden className="size-3.5" />
          </button>
        </span>
      )}
    </li>
  );
}
