import { createStore } from '../store';
import type { Subject } from './subject';

/** The message whose actions are open, on touch screens and for screen readers; null when none are. */
export const messageSheet = createStore<Subject | null>(null);
