import { ThumbsDown, ThumbsUp } from 'lucide-react';
import { useId, useState, type FocusEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';

import type { ImageRef } from '../api/types';
import { PendingImages } from '../composer/PendingImages';
import { knownColor } from '../identity/avatar';
import { Markdown } from '../markdown/Markdown';
import { cx } from '../ui/cx';
import { UserAvatar } from '../ui/UserAvatar';
import { Delivery } from './Delivery';
import { ImageGrid } from './ImageGrid';
import { messageSheet } from './message-sheet';
import { MessageActions } from './MessageActions';
import type { MessageRowProps } from './MessageRow';
import { useReaction } from './reactions';
import { subjectOf } from './subject';
import { momentOf, timeOf } from './time';
import { useLongPress } from './useLongPress';

const NO_IMAGES: readonly ImageRef[] = [];

/** One message: own ones on the right, others' on the left with avatar and name. */
export function MessageArticle({ rowKey, message, pending, own, startsGroup, tabbable }: MessageRowProps) {
  const { t, i18n } = useTranslation();
  const body = useId();
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const subject = subjectOf(message, pending);
  const openSheet = () => messageSheet.set(subject);
  const longPress = useLongPress(openSheet);
  const when = new Date(message?.timestamp ?? pending?.createdAt ?? 0);
  const time = timeOf(when, i18n.language);
  const { content = '', username, avatar } = message ?? pending ?? {};
  const images = message?.images ?? NO_IMAGES;
  const name = username ?? t('chat.someone');
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- each is also a button, in the bar or the sheet
    <article
      data-row={rowKey}
      data-message={message?.id ?? pending?.messageId}
      data-seq={message?.seq}
      data-state={pending?.state ?? 'stored'}
      tabIndex={tabbable ? 0 : -1}
      aria-label={t('chat.messageOf', { name: own ? t('chat.you') : name, time: momentOf(when, i18n.language) })}
      aria-describedby={body}
      className={cx('flex gap-2 rounded-2xl outline-offset-2 pointer-coarse:select-none pointer-coarse:[-webkit-touch-callout:none]', own && 'own flex-row-reverse')}
      onPointerEnter={({ pointerType }: PointerEvent) => setHovered(pointerType !== 'touch')}
      onPointerLeave={() => setHovered(false)}
      onFocus={({ target }: FocusEvent) => setFocused(target.matches(':focus-visible'))}
      onBlur={({ currentTarget, relatedTarget }: FocusEvent) => currentTarget.contains(relatedTarget) || setFocused(false)}
      {...longPress}
    >
      <div className={cx('w-8 shrink-0', own && 'hidden sm:block')}>{startsGroup && <UserAvatar avatar={avatar} size="sm" />}</div>
      <div className={cx('flex max-w-[75%] min-w-0 flex-col sm:max-w-[60%]', own && 'items-end')}>
        {startsGroup && (
          <p className="mb-1 flex max-w-full items-baseline gap-2 px-1 text-xs">
            {own ? (
              <span className="sr-only">{t('chat.you')}</span>
            ) : (
              <span dir="auto" title={name} className={cx('name truncate font-semibold', `hue-${knownColor(avatar?.color)}`)}>
                {name}
              </span>
            )}
            <time dateTime={when.toISOString()} title={momentOf(when, i18n.language)} className="shrink-0 text-muted">
              {time}
            </time>
          </p>
        )}
        <div id={body} className={cx('relative flex max-w-full min-w-0 flex-col', own ? 'items-end' : 'items-start')}>
          {content && (
            <div
              dir="auto"
              className={cx(
                'max-w-full min-w-0 rounded-[1.15rem] px-3.5 py-2 text-[0.9375rem]',
                own
                  ? cx('bg-bubble-own text-bubble-own-foreground', startsGroup && 'rounded-se-md')
                  : cx('bg-bubble text-bubble-foreground shadow-surface', startsGroup && 'rounded-ss-md'),
                pending && 'saturate-50',
              )}
            >
              <Markdown content={content} images={images} />
            </div>
          )}
          {pending ? <PendingImages pending={pending} /> : <ImageGrid content={content} images={images} />}
          <Chosen id={subject.id} own={own} />
          {(hovered || focused) && <MessageActions subject={subject} own={own} time={startsGroup ? '' : time} />}
        </div>
        {/* For screen readers on touch screens, where a long press is theirs. */}
        <button type="button" tabIndex={-1} className="sr-only" onClick={openSheet}>
          {t('chat.actions')}
        </button>
        {pending && <Delivery pending={pending} />}
      </div>
    </article>
  );
}

/** What this reader thinks of a message, on the edge of its bubble. */
function Chosen({ id, own }: { readonly id: string; readonly own: boolean }) {
  const { t } = useTranslation();
  const reaction = useReaction(id);
  if (!reaction) return null;
  const Icon = reaction === 'like' ? ThumbsUp : ThumbsDown;
  return (
    <span
      className={cx(
        'absolute -bottom-1.5 flex size-5 items-center justify-center rounded-full border border-border bg-overlay text-accent-soft-foreground',
        own ? 'start-1' : 'end-1',
      )}
    >
      <Icon aria-hidden className="size-3 fill-current" />
      <span className="sr-only">{reaction === 'like' ? t('chat.liked') : t('chat.disliked')}</span>
    </span>
  );
}
