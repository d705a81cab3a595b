import type { Theme } from '../../app/theme';

/** What the page asks of the frame that draws. */
export interface Request {
  readonly type: 'draw';
  readonly id: number;
  readonly source: string;
  readonly theme: Theme;
  readonly fontFamily: string;
}

/** A diagram as an SVG file. Width and height in CSS pixels. */
export interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  /** What the source calls the diagram (`accTitle`, `accDescr`); often empty. */
  readonly title: string;
}

/** What the frame says: that it listens, and how a request ended. */
export type Answer =
  | { readonly type: 'ready' }
  | ({ readonly type: 'drawn'; readonly id: number } & Picture)
  | { readonly type: 'failed'; readonly id: number; readonly reason: 'invalid' | 'large' };

const isSize = (value: unknown) => typeof value === 'number' && value >= 1 && value <= 100_000;

/** The data of a message, if it is an answer: the frame is not trusted to keep to the type. */
export function asAnswer(data: unknown): Answer | null {
  if (typeof data !== 'object' || data === null) return null;
  const { type, id, svg, width, height, title, reason } = data as Record<string, unknown>;
  if (type === 'ready') return { type };
  if (typeof id !== 'number') return null;
  if (type === 'failed' && (reason === 'invalid' || reason === 'large')) return { type, id, reason };
  if (type !== 'drawn' || typeof svg !== 'string' || typeof title !== 'string' || !isSize(width) || !isSize(height)) return null;
  return { type, id, svg, title, width: Number(width), height: Number(height) };
}
