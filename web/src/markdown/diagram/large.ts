import { createStore } from '../../store';
import type { Drawing } from './kept';

/** The diagram that is shown as large as the page; null when none is. */
export const largeDiagram = createStore<Drawing | null>(null);
