import { Bold, Code, Eye, Italic, Link, Pencil, SquareCode } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import { cx } from '../ui/cx';
import type { Format } from './formatting';

const FORMATS = [
  { format: 'bold', label: 'composer.bold', icon: Bold, keys: 'B' },
  { format: 'italic', label: 'composer.italic', icon: Italic, keys: 'I' },
  { format: 'link', label: 'composer.link', icon: Link, keys: 'K' },
  { format: 'code', label: 'composer.code', icon: Code, keys: 'E' },
  { format: 'codeBlock', label: 'composer.codeBlock', icon: SquareCode, keys: 'Shift+E' },
] as const;
const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);
const BUTTON =
  'flex h-8 cursor-pointer items-center justify-center gap-1.5 rounded-lg text-muted hover:bg-default hover:text-foreground disabled:cursor-default disabled:opacity-45 disabled:hover:bg-transparent';

interface Props {
  readonly previewing: boolean;
  /** There is something to preview. */
  readonly written: boolean;
  readonly onFormat: (format: Format) => void;
  readonly onPreview: () => void;
}

/** Formats what is selected, and shows what the message will look like. */
export function FormatBar({ previewing, written, onFormat, onPreview }: Props) {
  const { t } = useTranslation();
  const Toggle = previewing ? Pencil : Eye;
  return (
    <div role="group" aria-label={t('composer.formatting')} className="flex items-center gap-0.5">
      {FORMATS.map(({ format, label, icon: Icon, keys }) => (
        <button
          key={format}
          type="button"
          disabled={previewing}
          aria-label={t(label)}
          title={`${t(label)} (${APPLE ? '⌘' : 'Ctrl'}+${keys})`}
          // The field keeps its focus and selection, and a phone its keyboard.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onFormat(format)}
          className={cx(BUTTON, 'w-8')}
        >
          <Icon aria-hidden className="size-4" />
        </button>
      ))}
      <span aria-hidden className="mx-1 h-4 w-px bg-separator" />
      <button
        type="button"
        disabled={!written && !previewing}
        onClick={onPreview}
        className={cx(BUTTON, 'px-2 text-xs font-medium', previewing && 'bg-accent-soft text-accent-soft-foreground')}
      >
        <Toggle aria-hidden className="size-4" />
        {previewing ? t('composer.write') : t('composer.preview')}
      </button>
    </div>
  );
}
