import { Check, Copy } from 'lucide-react';
import { useState, type ComponentProps, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { copy } from '../ui/clipboard';
import { cx } from '../ui/cx';

interface Props {
  /** What a button copies. */
  readonly code: string;
  /** What the panel holds, for its upper edge. */
  readonly name: string;
  /** Something short to know about it. */
  readonly remark?: string | undefined;
  /** Buttons before the one that copies. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A panel for code or what was made of it. It reads from left to right in every language. */
export function CodePanel({ code, name, remark, actions, children }: Props) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copyCode = async () => {
    if (!(await copy(code))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div className="code" dir="ltr">
      <div className="flex items-center ps-3 pe-1.5 pt-1 text-xs text-muted">
        <span className={cx('truncate font-mono', remark ? 'shrink-0' : 'min-w-0 flex-1')}>{name}</span>
        {remark && (
          <span className="min-w-0 flex-1 truncate ps-2.5" title={remark}>
            {remark}
          </span>
        )}
        {actions}
        <PanelButton aria-label={copied ? t('app.copied') : t('code.copy')} title={t('code.copy')} onClick={() => void copyCode()}>
          {copied ? <Check aria-hidden className="size-3.5" /> : <Copy aria-hidden className="size-3.5" />}
        </PanelButton>
      </div>
      {children}
    </div>
  );
}

/** A small button on the upper edge of a panel. */
export function PanelButton({ className, ...rest }: ComponentProps<'button'>) {
  return (
    <button
      type="button"
      className={cx(
        'flex h-7 min-w-7 shrink-0 cursor-pointer items-center justify-center rounded-lg outline-offset-[-2px] hover:bg-default hover:text-foreground',
        className,
      )}
      {...rest}
    />
  );
}
