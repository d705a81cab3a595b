import type { Virtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState, type FocusEvent, type KeyboardEvent, type RefObject } from 'react';

import type { Row } from './rows';

type List = Virtualizer<HTMLDivElement, Element>;

const rowOf = (element: EventTarget) => (element as Element).closest<HTMLElement>('[data-row]');

/**
 * The messages are one stop of the Tab key; arrow keys go from one to the next, and Tab from there to what can be done
 * with it. The row in focus stays in the page wherever the list is scrolled to.
 */
export function useRowFocus(scroller: RefObject<HTMLDivElement | null>, rows: readonly Row[]) {
  const [active, setActive] = useState<string>();
  const wanted = useRef<string>(undefined);
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    const element = scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(wanted.current)}"]`);
    if (!element) return;
    wanted.current = undefined;
    element.focus({ preventScroll: true });
  });

  const focusRow = (index: number) => {
    const key = rows[index]?.key;
    if (key === undefined) return;
    wanted.current = key;
    setActive(key);
  };
  return {
    active,
    activeIndex: active === undefined ? -1 : rows.findLastIndex((row) => row.key === active),
    focusRow,
    onFocus({ target }: FocusEvent) {
      const key = rowOf(target)?.dataset['row'];
      if (key !== undefined) setActive(key);
    },
    onKeyDown(event: KeyboardEvent, list: List) {
      const { key, target, currentTarget } = event;
      const step = key === 'ArrowUp' ? -1 : key === 'ArrowDown' ? 1 : 0;
      const row = rowOf(target);
      if (step === 0 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (target !== currentTarget && target !== row) return;
      event.preventDefault();
      const from = row ? rows.findLastIndex((other) => other.key === row.dataset['row']) + step : list.range?.endIndex;
      const index = Math.min(Math.max(from ?? 0, 0), rows.length - 1);
      list.scrollToIndex(index, { align: 'auto' });
      focusRow(index);
    },
  };
}
