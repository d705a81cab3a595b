import type { Theme } from '../../app/theme';
import type { Picture } from './protocol';

/** A drawing that an `<img>` can show: there it runs nothing and loads nothing, whatever it holds. */
export interface Drawing extends Omit<Picture, 'svg'> {
  readonly url: string;
}

/** Why there is no drawing. */
export type Problem = 'invalid' | 'large' | 'slow' | 'unavailable';
export type Outcome = { readonly drawing: Drawing } | { readonly problem: Problem };

/** Of all that is kept, in characters. */
const LIMIT = 10_000_000;

/** The most recently used last. */
const kept = new Map<string, Outcome>();

const keyOf = (source: string, theme: Theme) => `${theme}\n${source}`;

export function keptOutcome(source: string, theme: Theme): Outcome | undefined {
  const key = keyOf(source, theme);
  const outcome = kept.get(key);
  if (outcome) {
    kept.delete(key);
    kept.set(key, outcome);
  }
  return outcome;
}

/** Keeps an outcome, so that a diagram that comes into view again stands there at once. The oldest make room. */
export function keepOutcome(source: string, theme: Theme, outcome: Outcome): void {
  kept.set(keyOf(source, theme), outcome);
  let total = 0;
  for (const entry of kept) total += sizeOf(entry);
  for (const entry of kept) {
    if (total <= LIMIT) return;
    total -= sizeOf(entry);
    kept.delete(entry[0]);
  }
}

const sizeOf = ([key, outcome]: [string, Outcome]) => key.length + ('drawing' in outcome ? outcome.drawing.url.length : 0);
