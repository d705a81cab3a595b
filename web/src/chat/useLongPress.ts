import { useEffect, useRef, type MouseEvent, type PointerEvent } from 'react';

/** Milliseconds that a finger rests, and pixels that it may stray, until that is a long press. */
const HOLD = 450;
const STRAY = 10;

/**
 * Handlers for an element that a finger can hold. Scrolling is none: the browser cancels the pointer then. A held link
 * keeps the browser's own menu.
 */
export function useLongPress(held: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const from = useRef({ x: 0, y: 0 });
  const done = useRef(false);
  const cancel = () => clearTimeout(timer.current);
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    onPointerDown({ pointerType, isPrimary, target, clientX, clientY }: PointerEvent) {
      cancel();
      done.current = false;
      if (pointerType !== 'touch' || !isPrimary || (target as Element).closest('a')) return;
      from.current = { x: clientX, y: clientY };
      timer.current = setTimeout(() => {
        done.current = true;
        held();
      }, HOLD);
    },
    onPointerMove({ clientX, clientY }: PointerEvent) {
      if (Math.hypot(clientX - from.current.x, clientY - from.current.y) > STRAY) cancel();
    },
    onPointerUp: cancel,
    onPointerCancel: cancel,
    onContextMenu(event: MouseEvent) {
      const { pointerType } = event.nativeEvent as globalThis.PointerEvent;
      if (pointerType === 'touch' && !(event.target as Element).closest('a')) event.preventDefault();
    },
    onClickCapture(event: MouseEvent) {
      // The finger that was held is lifted: that presses nothing.
      if (done.current) event.stopPropagation();
      done.current = false;
    },
  };
}
