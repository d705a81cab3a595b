import { useTranslation } from 'react-i18next';

import type { ImageRef } from '../api/types';
import { Markdown } from '../markdown/Markdown';
import { ErrorBoundary } from '../ui/ErrorBoundary';

const NO_IMAGES: readonly ImageRef[] = [];

/** The message as others will see it. */
export function Preview({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  return (
    <div
      role="region"
      aria-label={t('composer.preview')}
      tabIndex={0}
      dir="auto"
      className="max-h-[min(15rem,40dvh)] min-h-[2.625rem] w-full min-w-0 overflow-y-auto rounded-2xl py-[0.5625rem] ps-1.5 pe-4 text-[0.9375rem]"
    >
      <ErrorBoundary key={text} fallback={<p className="text-muted">{t('chat.broken')}</p>}>
        <Markdown content={text} images={NO_IMAGES} />
      </ErrorBoundary>
    </div>
  );
}
