import { Square, SquareCheckBig } from 'lucide-react';
import { useTranslation } from 'react-i18next';

/** The box before a task of a list: a picture, for nobody can tick it. */
export function TaskMark({ done }: { readonly done: boolean }) {
  const { t } = useTranslation();
  const Icon = done ? SquareCheckBig : Square;
  return (
    <span className="task" role="img" aria-label={done ? t('chat.taskDone') : t('chat.taskOpen')}>
      <Icon aria-hidden className="size-[1.05em]" />
    </span>
  );
}
