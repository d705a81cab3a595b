import { useEffect } from 'react';

/** Smaller differences in pixels come from browsers' own bars. */
const KEYBOARD = 120;

/** Whether the reader writes on glass: there, as in other messengers, Enter breaks the line and the button sends. */
export const writesByTouch = (): boolean => matchMedia('(hover: none) and (pointer: coarse)').matches;

/**
 * Keeps the page above the on-screen keyboard where the browser lays the keyboard over it (Safari); others shrink the page
 * themselves, as index.html asks.
 */
export function useRoomForKeyboard(): void {
  useEffect(() => {
    const visible = window.visualViewport;
    if (!visible) return;
    const page = document.documentElement;
    const fit = () => {
      const covered = visible.scale === 1 ? innerHeight - visible.height : 0;
      page.style.height = covered > KEYBOARD ? `${visible.height}px` : '';
      if (covered > KEYBOARD) scrollTo(0, 0);
    };
    visible.addEventListener('resize', fit);
    return () => {
      visible.removeEventListener('resize', fit);
      page.style.height = '';
    };
  }, []);
}
