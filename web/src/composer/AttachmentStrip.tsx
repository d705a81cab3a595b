import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { IMAGES_PER_MESSAGE } from '../images/limits';
import { cx } from '../ui/cx';
import type { Attachments } from './attachments';
import { AttachmentTile } from './AttachmentTile';
import { useReorder } from './useReorder';

interface Props {
  readonly attachments: Attachments;
  /** Where the focus goes when the last image is taken out. */
  readonly onEmpty: () => void;
}

/** The images of the message that is being written, to look at, reorder and take out. */
export function AttachmentStrip({ attachments: { list, move, remove }, onEmpty }: Props) {
  const { t } = useTranslation();
  const strip = useRef<HTMLUListElement>(null);
  const hint = useId();
  const [said, setSaid] = useState('');
  const { taken, handlers } = useReorder(strip, move);
  const focusNext = useRef<string | null>(null);
  useEffect(() => {
    // A tile that moves within the page, and one that leaves it, would lose the focus.
    if (!focusNext.current) return;
    strip.current?.querySelector<HTMLElement>(`[data-key="${focusNext.current}"] [data-grip]`)?.focus();
    focusNext.current = null;
  }, [list]);
  if (list.length === 0) return null;

  const place = (key: string, to: number) => {
    const bounded = Math.max(0, Math.min(list.length - 1, to));
    focusNext.current = key;
    move(key, bounded);
    setSaid(t('composer.moved', { number: bounded + 1, count: list.length }));
  };
  const takeOut = (index: number) => {
    const [gone, next] = [list[index], list[index + 1] ?? list[index - 1]];
    if (!gone) return;
    focusNext.current = next?.key ?? null;
    remove(gone.key);
    setSaid(t('composer.removed', { number: index + 1, count: list.length - 1 }));
    if (!next) onEmpty();
  };
  return (
    <div className="flex items-end gap-2 px-3 pt-3">
      {/* What the list hears is the dragging of its tiles, which are buttons and answer to keys themselves. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <ul
        ref={strip}
        aria-label={t('composer.images')}
        className={cx('flex min-w-0 flex-1 gap-2 overflow-x-auto p-1 select-none', taken && 'cursor-grabbing')}
        onContextMenu={(event) => event.preventDefault()}
        {...handlers}
      >
        {list.map((image, index) => (
          <AttachmentTile
            key={image.key}
            image={image}
            index={index}
            count={list.length}
            hint={hint}
            taken={taken === image.key}
            onPlace={(to) => place(image.key, to)}
            onRemove={() => takeOut(index)}
          />
        ))}
      </ul>
      <span className={cx('shrink-0 pb-2 text-xs tabular-nums', list.length === IMAGES_PER_MESSAGE ? 'font-semibold text-danger' : 'text-muted')}>
        <span aria-hidden>
          {list.length}/{IMAGES_PER_MESSAGE}
        </span>
        <span className="sr-only">{t('composer.counted', { count: list.length, most: IMAGES_PER_MESSAGE })}</span>
      </span>
      <span id={hint} hidden>
        {t('composer.reorder')}
      </span>
      <span role="status" className="sr-only">
        {said}
      </span>
    </div>
  );
}
