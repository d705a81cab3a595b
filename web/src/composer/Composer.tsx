import { Button, Spinner } from '@heroui/react';
import { ALargeSmall, ImagePlus, SendHorizontal } from 'lucide-react';
import { memo, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ACCEPTED } from '../images/limits';
import { cx } from '../ui/cx';
import { AttachmentStrip } from './AttachmentStrip';
import { Field } from './Field';
import { FormatBar } from './FormatBar';
import { formatted, type Format } from './formatting';
import { useRoomForKeyboard, writesByTouch } from './keyboard';
import { Preview } from './Preview';
import { Problems } from './Problems';
import { rewrite } from './rewrite';
import { useDrop } from './useDrop';
import { useMessage } from './useMessage';

const TOOL = 'mb-[3px] size-9 shrink-0 text-muted';

/** Where messages are written. What is not sent yet survives a change of rooms and a reload. */
export const Composer = memo(function Composer({ roomId }: { readonly roomId: string }) {
  const { t } = useTranslation();
  const { text, write, attachments, sendable, excess, due, send } = useMessage(roomId);
  const [previewing, setPreviewing] = useState(false);
  const [formatting, setFormatting] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const hint = useId();
  const held = useDrop(attachments.add);
  useRoomForKeyboard();

  /** Back to writing. The field must be there before it can have the focus. */
  const focus = () => {
    setPreviewing(false);
    requestAnimationFrame(() => field.current?.focus());
  };
  const sendNow = () => {
    send();
    focus();
  };
  const format = (chosen: Format) => field.current && rewrite(field.current, (selection) => formatted(selection, chosen));
  const choose = (files: FileList | null) => {
    attachments.add([...(files ?? [])]);
    // So that the same file can be chosen again.
    if (chooser.current) chooser.current.value = '';
    focus();
  };
  return (
    <div className="safe-x safe-bottom relative shrink-0 border-t border-separator bg-surface/80 pt-2.5 backdrop-blur-md [--safe-bottom:0.625rem] [--safe-x:0.625rem] sm:[--safe-x:1rem]">
      {held && (
        <p className="pointer-events-none absolute inset-x-3 bottom-full mb-3 rounded-3xl border-2 border-dashed border-accent bg-overlay p-8 text-center font-medium text-accent-soft-foreground shadow-overlay">
          {t('composer.drop')}
        </p>
      )}
      <Problems attachments={attachments} />
      <div className="flex items-end gap-2">
        <div className="min-w-0 flex-1 rounded-3xl border border-border bg-background transition-[border-color,box-shadow] focus-within:border-accent focus-within:ring-2 focus-within:ring-accent/25">
          <AttachmentStrip attachments={attachments} onEmpty={focus} />
          <div className="flex items-end ps-1">
            <input ref={chooser} type="file" accept={ACCEPTED} multiple hidden onChange={(event) => choose(event.target.files)} />
            <Button isIconOnly variant="ghost" aria-label={t('composer.addImages')} onPress={() => chooser.current?.click()} className={TOOL}>
              <ImagePlus aria-hidden className="size-5!" />
            </Button>
            {previewing && <Preview text={text} />}
            <Field field={field} text={text} hidden={previewing} hint={hint} onText={write} onFiles={attachments.add} onSend={sendNow} />
            <Button
              isIconOnly
              variant="ghost"
              aria-label={t('composer.formatting')}
              aria-expanded={formatting}
              onPress={() => setFormatting(!formatting)}
              className={cx(TOOL, 'me-1 md:hidden', formatting && 'bg-default text-foreground')}
            >
              <ALargeSmall aria-hidden className="size-5!" />
            </Button>
          </div>
        </div>
        <Button isIconOnly size="lg" aria-label={due ? t('composer.preparing') : t('composer.send')} isDisabled={!sendable} onPress={sendNow} className="mb-px shrink-0 md:mb-0.5">
          {due ? <Spinner size="sm" color="current" /> : <SendHorizontal aria-hidden />}
        </Button>
      </div>
      <div className={cx('items-center justify-between gap-3 px-1 pt-1.5 md:flex', formatting ? 'flex' : 'hidden')}>
        <FormatBar previewing={previewing} written={text.trim() !== ''} onFormat={format} onPreview={() => (previewing ? focus() : setPreviewing(true))} />
        <p id={hint} className="hidden truncate pe-14 text-xs text-muted md:block">
          {writesByTouch() ? t('composer.hintTouch') : t('composer.hint')}
        </p>
      </div>
      {excess > 0 && (
        <p role="alert" className="px-4 pt-1 text-xs text-danger">
          {t('composer.tooLong', { count: excess })}
        </p>
      )}
    </div>
  );
});
