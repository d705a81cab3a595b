import { useEffect, useRef, useState, type PointerEvent, type RefObject } from 'react';

/** Milliseconds that a finger rests on a tile before it takes it: a shorter touch scrolls. */
const HOLD = 250;
/** Pixels that a mouse moves before it takes a tile, and that a finger may tremble while it holds. */
const SLACK = 6;
/** Pixels from the list's edge within which it scrolls along, and by how much. */
const EDGE = 28;

interface Drag {
  readonly pointer: number;
  readonly key: string;
  readonly x: number;
  readonly y: number;
  hold?: ReturnType<typeof setTimeout>;
}

/**
 * Reorders a list's items, which carry `data-key`, by mouse, pen or finger: the taken one changes places with those that
 * it is moved over. Gives the taken one's key and what the list listens to.
 */
export function useReorder(list: RefObject<HTMLElement | null>, move: (key: string, to: number) => void) {
  const [taken, setTaken] = useState<string | null>(null);
  const drag = useRef<Drag | null>(null);
  useEffect(() => {
    // React listens to touches passively, and only refusing them keeps the list from scrolling under the finger.
    const element = list.current;
    if (!element || !taken) return;
    const refuse = (event: TouchEvent) => event.preventDefault();
    element.addEventListener('touchmove', refuse, { passive: false });
    return () => element.removeEventListener('touchmove', refuse);
  }, [list, taken]);

  const take = ({ pointer, key }: Drag) => {
    list.current?.setPointerCapture(pointer);
    setTaken(key);
  };
  const end = () => {
    clearTimeout(drag.current?.hold);
    drag.current = null;
    setTaken(null);
  };
  const onPointerDown = (event: PointerEvent) => {
    const key = (event.target as Element).closest<HTMLElement>('[data-grip]')?.closest<HTMLElement>('[data-key]')?.dataset.key;
    if (!key || event.button !== 0) return;
    const started: Drag = { pointer: event.pointerId, key, x: event.clientX, y: event.clientY };
    drag.current = started;
    if (event.pointerType !== 'mouse') started.hold = setTimeout(() => take(started), HOLD);
  };
  const onPointerMove = (event: PointerEvent) => {
    const { current } = drag;
    if (!current || event.pointerId !== current.pointer) return;
    if (!taken) {
      if (Math.hypot(event.clientX - current.x, event.clientY - current.y) < SLACK) return;
      if (event.pointerType === 'mouse') take(current);
      else end();
      return;
    }
    const element = list.current;
    if (!element) return;
    const { left, right } = element.getBoundingClientRect();
    if (event.clientX < left + EDGE) element.scrollLeft -= EDGE / 2;
    if (event.clientX > right - EDGE) element.scrollLeft += EDGE / 2;
    const to = [...element.children].findIndex((item) => {
      const box = item.getBoundingClientRect();
      return event.clientX >= box.left && event.clientX <= box.right;
    });
    if (to >= 0) move(current.key, to);
  };
  return { taken, handlers: { onPointerDown, onPointerMove, onPointerUp: end, onPointerCancel: end } };
}
