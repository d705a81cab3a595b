import i18next from 'i18next';

import type { Theme } from '../../app/theme';
import { DrawingFrame, Late } from './frame';
import { keepOutcome, keptOutcome, type Outcome } from './kept';

/** How long the frame waits for another diagram, in milliseconds; it holds some megabytes. */
const IDLE = 60_000;

interface Job {
  readonly source: string;
  readonly theme: Theme;
  done: (outcome: Outcome) => void;
}

const queue: Job[] = [];
let frame: DrawingFrame | null = null;
let working = false;
let lastId = 0;
let idle: ReturnType<typeof setTimeout> | undefined;

/** Draws a diagram after those asked for before. Answers how to hear no more of it; when its turn has not come, it is dropped. */
export function draw(source: string, theme: Theme, done: (outcome: Outcome) => void): () => void {
  const job: Job = { source, theme, done };
  queue.push(job);
  void work();
  return () => {
    job.done = () => undefined;
    const place = queue.indexOf(job);
    if (place >= 0) queue.splice(place, 1);
  };
}

async function work(): Promise<void> {
  if (working) return;
  working = true;
  clearTimeout(idle);
  try {
    for (let job = queue.shift(); job; job = queue.shift()) {
      job.done(keptOutcome(job.source, job.theme) ?? (await drawNow(job)));
    }
  } finally {
    working = false;
  }
  idle = setTimeout(closeFrame, IDLE);
}

async function drawNow({ source, theme }: Job): Promise<Outcome> {
  const outcome = await ask(source, theme);
  // What could not be loaded now can perhaps be later.
  if (!('problem' in outcome && outcome.problem === 'unavailable')) keepOutcome(source, theme, outcome);
  return outcome;
}

async function ask(source: string, theme: Theme): Promise<Outcome> {
  frame ??= new DrawingFrame(i18next.t('diagram.frame'));
  const { fontFamily } = getComputedStyle(document.body);
  try {
    const answer = await frame.draw({ type: 'draw', id: (lastId += 1), source, theme, fontFamily });
    if (answer.type === 'failed') return { problem: answer.reason };
    const { svg, width, height, title } = answer;
    return { drawing: { url: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`, width, height, title } };
  } catch (error) {
    if (!(error instanceof Late)) throw error;
    closeFrame();
    return { problem: error.during === 'drawing' ? 'slow' : 'unavailable' };
  }
}

function closeFrame(): void {
  frame?.close();
  frame = null;
}
