const FIRST = 400;
const LONGEST = 10_000;

/** Milliseconds to wait before attempt `attempt` + 1: doubling to ten seconds, a random half of it taken off. */
export function nextDelay(attempt: number, random: () => number = Math.random): number {
  const whole = Math.min(LONGEST, FIRST * 2 ** Math.min(attempt, 16));
  return whole * (0.5 + random() / 2);
}

/** Waits; ends early, without an error, when `signal` aborts. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done, { once: true });
  });
}
