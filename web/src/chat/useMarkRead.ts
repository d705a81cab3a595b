import { useEffect, useRef } from 'react';

import { markRead } from '../rooms/read';

/** Milliseconds between two notes of what was read. */
const PACE = 500;

/** Notes how far a room was read while its end is in sight; `newest`: the seq at the end, undefined while it is not. */
export function useMarkRead(roomId: string, newest: number | undefined): void {
  const seen = useRef(newest);
  useEffect(() => {
    seen.current = newest;
  }, [newest]);
  const atEnd = newest !== undefined;
  useEffect(() => {
    if (!atEnd) return;
    // What arrives while the page is hidden is read when it is shown again.
    const note = () => {
      if (document.visibilityState === 'visible' && seen.current !== undefined) markRead(roomId, seen.current);
    };
    note();
    const timer = setInterval(note, PACE);
    document.addEventListener('visibilitychange', note);
    addEventListener('pagehide', note);
    return () => {
      note();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', note);
      removeEventListener('pagehide', note);
    };
  }, [roomId, atEnd]);
}
