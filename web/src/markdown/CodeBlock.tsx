import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { CodePanel } from './CodePanel';

interface Props {
  readonly code: string;
  /** As written after the fence. */
  readonly language: string;
  readonly remark?: string | undefined;
  readonly actions?: ReactNode;
}

/** A block of code with its language, a button that copies it, and colours as soon as they are loaded. */
export function CodeBlock({ code, language, remark, actions }: Props) {
  const { t } = useTranslation();
  const [coloured, setColoured] = useState<ReactNode>(null);
  const name = language.trim().split(/\s/)[0] ?? '';
  const lines = code.trimEnd().split('\n').length;
  useEffect(() => {
    if (name === '') return;
    let wanted = true;
    void import('./highlight').then(
      ({ highlight }) => {
        if (wanted) setColoured(highlight(code, name));
      },
      (error: unknown) => console.warn('code cannot be coloured', error),
    );
    return () => {
      wanted = false;
    };
  }, [code, name]);
  return (
    <CodePanel code={code} name={name || t('code.plain')} remark={remark} actions={actions}>
      <pre tabIndex={0}>
        {lines > 1 && (
          <span aria-hidden className="gutter">
            {Array.from({ length: lines }, (_, index) => index + 1).join('\n')}
          </span>
        )}
        <code>{coloured ?? code}</code>
      </pre>
    </CodePanel>
  );
}
