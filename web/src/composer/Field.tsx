import { useLayoutEffect, type ClipboardEvent, type KeyboardEvent, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import { formatOf, formatted } from './formatting';
import { writesByTouch } from './keyboard';
import { pasted } from './paste';
import { rewrite } from './rewrite';

interface Props {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly text: string;
  readonly hidden: boolean;
  /** Id of what describes it. */
  readonly hint: string;
  readonly onText: (text: string) => void;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onSend: () => void;
}

/** The text of the message. Enter sends and Shift+Enter breaks the line; on glass Enter breaks it too. */
export function Field({ field, text, hidden, hint, onText, onFiles, onSend }: Props) {
  const { t } = useTranslation();
  const touch = writesByTouch();
  useLayoutEffect(() => {
    // As high as its text, for browsers without `field-sizing` too.
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [field, text, hidden]);

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method composes, every key belongs to it; Safari says so by key code 229 only.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    const command = event.ctrlKey || event.metaKey;
    const format = command && !event.altKey ? formatOf(event.key, event.shiftKey) : undefined;
    if (format) {
      event.preventDefault();
      rewrite(event.currentTarget, (selection) => formatted(selection, format));
    } else if (event.key === 'Enter' && (command || (!event.shiftKey && !touch))) {
      event.preventDefault();
      onSend();
    }
  };
  const onPaste = (event: ClipboardEvent<HTMLTextAreaElement>) => {
    const brought = pasted(event.clipboardData);
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    if (brought.text !== '') {
      rewrite(event.currentTarget, ({ text: before, start, end }) => {
        const at = start + brought.text.length;
        return { text: before.slice(0, start) + brought.text + before.slice(end), start: at, end: at };
      });
    }
    if (brought.files.length > 0) onFiles(brought.files);
  };
  return (
    <textarea
      ref={field}
      rows={1}
      value={text}
      hidden={hidden}
      dir="auto"
      aria-label={t('composer.label')}
      aria-describedby={hint}
      placeholder={t('composer.placeholder')}
      enterKeyHint={touch ? 'enter' : 'send'}
      autoComplete="off"
      onChange={(event) => onText(event.target.value)}
      onKeyDown={onKeyDown}
      onPaste={onPaste}
      className="max-h-[min(15rem,40dvh)] min-h-[2.625rem] w-full resize-none bg-transparent py-[0.5625rem] ps-1.5 pe-4 text-base leading-6 outline-none placeholder:text-field-placeholder"
    />
  );
}
