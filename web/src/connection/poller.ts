import { nextDelay, pause } from './backoff';

const QUICK = 2000;
const SLOW = 15_000;

/** Reads again and again while there is no socket: soon after something came, more and more rarely in a quiet room. */
export class Poller {
  private running: AbortController | undefined;
  private waiting: AbortController | undefined;

  constructor(
    /** Reads once; true when something new came. */
    private readonly read: (signal: AbortSignal) => Promise<boolean>,
    private readonly healthy: (ok: boolean) => void,
  ) {}

  start(): void {
    if (this.running) return;
    this.running = new AbortController();
    void this.loop(this.running.signal);
  }

  stop(): void {
    this.running?.abort();
    this.waiting?.abort();
    this.running = undefined;
  }

  /** Reads now instead of later. */
  wake(): void {
    this.waiting?.abort();
  }

  private async loop(signal: AbortSignal): Promise<void> {
    let quiet = QUICK;
    for (let failures = 0; !signal.aborted; ) {
      let wait: number;
      try {
        const changed = await this.read(signal);
        failures = 0;
        quiet = changed ? QUICK : Math.min(SLOW, quiet * 1.5);
        wait = quiet;
        if (!signal.aborted) this.healthy(true);
      } catch {
        // What was wrong is told by `healthy`; the next read tries again.
        if (signal.aborted) return;
        wait = Math.max(QUICK, nextDelay(failures));
        failures += 1;
        this.healthy(false);
      }
      this.waiting = new AbortController();
      await pause(wait, AbortSignal.any([signal, this.waiting.signal]));
    }
  }
}
