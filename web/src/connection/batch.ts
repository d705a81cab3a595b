/** Milliseconds after which a batch is handed on even when no frame was drawn. */
const LATEST = 250;

/**
 * Collects what comes one by one and hands it on together, in its order, before the next frame is drawn; at once in a
 * page that is out of sight, which draws none.
 */
export class Batch<T> {
  private items: T[] = [];
  private frame = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly deliver: (items: readonly T[]) => void) {}

  add(item: T): void {
    this.items.push(item);
    if (document.visibilityState === 'hidden') this.flush();
    else if (this.items.length === 1) {
      this.frame = requestAnimationFrame(() => this.flush());
      this.timer = setTimeout(() => this.flush(), LATEST);
    }
  }

  /** Hands on what there is now. */
  flush(): void {
    const { items } = this;
    if (items.length === 0) return;
    this.items = [];
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.deliver(items);
  }
}
