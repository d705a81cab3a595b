import type { MouseEvent } from 'react';
import { useNavigate } from 'react-router';

/** A click handler for what holds links: one to a room of this page is followed within the page, not loaded anew. */
export function useMessageLinks() {
  const navigate = useNavigate();
  return (event: MouseEvent) => {
    if (event.button !== 0 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[href]');
    if (!link || link.origin !== location.origin || !link.pathname.startsWith('/room/')) return;
    event.preventDefault();
    void navigate(link.pathname + link.search);
  };
}
