import { CircleAlert, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import type { Attachments } from './attachments';
import { LIMITS } from './problems';

const SENTENCES = [
  { problem: 'notImage', sentence: 'composer.notImage' },
  { problem: 'unreadable', sentence: 'composer.unreadable' },
  { problem: 'tooLarge', sentence: 'composer.tooLarge' },
  { problem: 'tooMany', sentence: 'composer.tooMany' },
] as const;
/** Most names in a sentence. */
const NAMED = 3;

/** Says which files were left out, and why, until it is closed or the next thing is done. */
export function Problems({ attachments: { problems, clearProblems } }: { readonly attachments: Attachments }) {
  const { t, i18n } = useTranslation();
  const told = SENTENCES.filter(({ problem }) => problems[problem]);
  const list = (names: readonly string[]) => {
    const shown = names.slice(0, NAMED);
    const rest = names.length - shown.length;
    const all = rest > 0 ? [...shown, t('composer.more', { count: rest })] : shown;
    return new Intl.ListFormat(i18n.language, { type: 'unit' }).format(all);
  };
  return (
    <div role="alert">
      {told.length > 0 && (
        <div className="flex items-start gap-2 px-2 pb-2 text-sm text-danger">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <ul className="min-w-0 flex-1 wrap-anywhere">
            {told.map(({ problem, sentence }) => (
              <li key={problem}>{t(sentence, { ...LIMITS, names: list(problems[problem] ?? []) })}</li>
            ))}
          </ul>
          <button type="button" aria-label={t('app.close')} onClick={clearProblems} className="flex size-6 shrink-0 cursor-pointer items-center justify-center rounded-full hover:bg-default">
            <X aria-hidden className="size-4" />
          </button>
        </div>
      )}
    </div>
  );
}
