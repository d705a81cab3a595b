import { Button, Spinner } from '@heroui/react';
import { useTranslation } from 'react-i18next';

interface Props {
  readonly failed: boolean;
  readonly failure: string;
  readonly loading: string;
  readonly retry: () => void;
}

/** Where the messages at hand end: the next page is coming, or can be asked for again. */
export function PageEdge({ failed, failure, loading, retry }: Props) {
  const { t } = useTranslation();
  if (failed) {
    return (
      <span className="flex items-center gap-2 text-sm text-muted">
        {failure}
        <Button size="sm" variant="secondary" onPress={retry}>
          {t('rooms.retry')}
        </Button>
      </span>
    );
  }
  return (
    <span role="status" className="flex items-center gap-2 text-xs text-muted">
      <Spinner size="sm" color="current" />
      {loading}
    </span>
  );
}
