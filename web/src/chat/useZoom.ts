import { useRef, useState, type MouseEvent, type PointerEvent, type WheelEvent } from 'react';

import { CLOSE, FIT, pan, within, zoomAt, type Point, type Zoom } from './zoom';

/** Pixels that a finger goes sideways until that is a swipe; within which a tap strays; and milliseconds of a double tap. */
const SWIPE = 60;
const STRAY = 10;
const DOUBLE = 300;

/**
 * Zoom and pan of the image on a stage: by wheel, double click or tap, pinch and drag. A finger that goes sideways over an
 * image that is not zoomed calls `swiped` with the direction. The stage is the element that the handlers are on; the image
 * is its only `img`. Another `subject` starts at its own size.
 */
export function useZoom(subject: number, swiped: (step: -1 | 1) => void) {
  const [zoom, setZoom] = useState<Zoom>(FIT);
  const [shown, setShown] = useState(subject);
  if (shown !== subject) {
    setShown(subject);
    setZoom(FIT);
  }
  const stage = useRef<HTMLDivElement>(null);
  const pointers = useRef(new Map<number, Point>());
  const start = useRef<Point>({ x: 0, y: 0 });
  const moved = useRef(false);
  const tapped = useRef(-Infinity);
  const byTouch = useRef(false);

  const change = (next: (zoom: Zoom) => Zoom) =>
    setZoom((zoom) => {
      const element = stage.current;
      const image = element?.querySelector('img');
      if (!element || !image) return zoom;
      const fitted = { width: image.offsetWidth, height: image.offsetHeight };
      return within(next(zoom), fitted, { width: element.clientWidth, height: element.clientHeight });
    });
  const fromMiddle = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
    const box = stage.current?.getBoundingClientRect();
    return box ? { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 } : { x: 0, y: 0 };
  };
  const toggle = (at: Point) => change((zoom) => (zoom.scale > 1 ? FIT : zoomAt(zoom, CLOSE, at)));
  const by = (factor: number, at: Point = { x: 0, y: 0 }) => change((zoom) => zoomAt(zoom, factor, at));

  const handlers = {
    onWheel: (event: WheelEvent) => by(Math.exp(-event.deltaY / 400), fromMiddle(event)),
    onDoubleClick(event: MouseEvent) {
      // Some browsers make one of a double tap too, which has been seen already.
      if (!byTouch.current) toggle(fromMiddle(event));
    },
    onPointerDown(event: PointerEvent) {
      if ((event.target as Element).closest('button')) return;
      byTouch.current = event.pointerType === 'touch';
      event.currentTarget.setPointerCapture(event.pointerId);
      pointers.current.set(event.pointerId, fromMiddle(event));
      if (pointers.current.size > 1) moved.current = true;
      else {
        start.current = fromMiddle(event);
        moved.current = false;
      }
    },
    onPointerMove(event: PointerEvent) {
      const before = pointers.current.get(event.pointerId);
      if (!before) return;
      const now = fromMiddle(event);
      const [other] = [...pointers.current].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
      pointers.current.set(event.pointerId, now);
      if (Math.hypot(now.x - start.current.x, now.y - start.current.y) > STRAY) moved.current = true;
      if (!other) change((zoom) => (zoom.scale > 1 ? pan(zoom, now.x - before.x, now.y - before.y) : zoom));
      else by(distance(now, other) / Math.max(1, distance(before, other)), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
    },
    onPointerUp(event: PointerEvent) {
      const alone = pointers.current.size === 1;
      if (!pointers.current.delete(event.pointerId) || !alone || event.pointerType !== 'touch') return;
      const now = fromMiddle(event);
      const [x, y] = [now.x - start.current.x, now.y - start.current.y];
      if (!moved.current) {
        const twice = event.timeStamp - tapped.current < DOUBLE;
        tapped.current = twice ? -Infinity : event.timeStamp;
        if (twice) toggle(now);
      } else if (zoom.scale === 1 && Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) swiped(x < 0 ? 1 : -1);
    },
    onPointerCancel: ({ pointerId }: PointerEvent) => void pointers.current.delete(pointerId),
  };
  return { zoom, stage, handlers, by, reset: () => setZoom(FIT) };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
