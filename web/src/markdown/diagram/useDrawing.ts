import { useEffect, useState } from 'react';

import { theme } from '../../app/theme';
import { useStore } from '../../store';
import { draw } from './draw';
import { keptOutcome, type Drawing, type Outcome, type Problem } from './kept';

/** Longest source that is drawn, in characters. */
const LONGEST = 8000;
/** Milliseconds between a diagram's coming and its being drawn, so that what only flies past, or is still typed, is not. */
const SETTLED = 150;

export interface Drawn {
  /** In the page's theme; while that is being drawn, what was shown before. */
  readonly drawing: Drawing | undefined;
  readonly problem: Problem | undefined;
}

/** The picture of a diagram's source, drawn as long as the component is mounted: a list mounts what is near the view. */
export function useDrawing(source: string): Drawn {
  const shownTheme = useStore(theme);
  const [last, setLast] = useState<{ readonly of: string; readonly outcome: Outcome }>();
  const key = `${shownTheme}\n${source}`;
  const outcome = source.length > LONGEST ? TOO_LARGE : last?.of === key ? last.outcome : keptOutcome(source, shownTheme);
  useEffect(() => {
    if (outcome) {
      setLast((before) => (before?.of === key ? before : { of: key, outcome }));
      return;
    }
    let giveUp = () => clearTimeout(timer);
    const timer = setTimeout(() => {
      giveUp = draw(source, shownTheme, (drawn) => setLast({ of: key, outcome: drawn }));
    }, SETTLED);
    return () => giveUp();
  }, [source, shownTheme, key, outcome]);
  const shown = outcome ?? last?.outcome ?? keptOutcome(source, shownTheme === 'dark' ? 'light' : 'dark');
  return {
    drawing: shown && 'drawing' in shown ? shown.drawing : undefined,
    problem: outcome && 'problem' in outcome ? outcome.problem : undefined,
  };
}

const TOO_LARGE: Outcome = { problem: 'large' };
