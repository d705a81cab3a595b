import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';

/** Pixels from the end within which a reader who comes down, or stops there, is at the end. */
const NEAR = 48;
/** Pixels from the end from which on the way back is offered. */
const FAR = 240;

export interface Follow {
  /** The reader is at the end and stays there, whatever comes and grows, until they scroll up. */
  readonly following: boolean;
  readonly far: boolean;
  /** Puts the list at its end when it is followed. */
  readonly keep: () => void;
  /** Follows from now on. */
  readonly start: () => void;
}

/**
 * Whether the reader follows the end of a list. New rows and growing ones never move the view up, so whoever sees it
 * move up is the reader: by wheel, finger, key, scroll bar, or search. `live`: the end of the list is that of the log.
 */
export function useFollow(scroller: RefObject<HTMLDivElement | null>, live: boolean, atEnd: boolean): Follow {
  const [following, setFollowing] = useState(live && atEnd);
  const [far, setFar] = useState(!atEnd);
  const followed = useRef(following);
  /** Where the list was last, in pixels. */
  const last = useRef(0);
  const follow = useCallback((next: boolean) => {
    followed.current = next;
    setFollowing(next);
  }, []);
  const keep = useCallback(() => {
    const element = scroller.current;
    if (!element || !followed.current) return;
    element.scrollTop = element.scrollHeight;
    last.current = element.scrollTop;
  }, [scroller]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const distance = () => element.scrollHeight - element.scrollTop - element.clientHeight;
    const look = () => {
      const [left, top] = [distance(), element.scrollTop];
      if (left <= 1 || (left <= NEAR && top > last.current)) follow(live);
      else if (top < last.current - 1) follow(false);
      last.current = top;
      setFar(left >= FAR);
    };
    const rest = () => {
      if (distance() <= NEAR) follow(live);
    };
    // A composer that grows, or the on-screen keyboard, takes room from the list.
    const observer = new ResizeObserver(keep);
    const frame = requestAnimationFrame(look);
    element.addEventListener('scroll', look, { passive: true });
    element.addEventListener('scrollend', rest, { passive: true });
    observer.observe(element);
    return () => {
      cancelAnimationFrame(frame);
      element.removeEventListener('scroll', look);
      element.removeEventListener('scrollend', rest);
      observer.disconnect();
    };
  }, [scroller, live, follow, keep]);
  const start = useCallback(() => follow(true), [follow]);
  return { following, far, keep, start };
}
