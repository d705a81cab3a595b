import { asAnswer, type Answer, type Request } from './protocol';

/** Longest wait for the frame and Mermaid to be loaded, in milliseconds. */
const LOADING = 20_000;
/** Longest wait for a drawing, in milliseconds. */
const DRAWING = 8000;

/** A frame did not answer in time. It is gone. */
export class Late extends Error {
  constructor(readonly during: 'loading' | 'drawing') {
    super(`no answer from the frame of diagrams while ${during}`);
  }
}

/**
 * The page that runs Mermaid, in a sandbox that allows scripts and nothing else. It is as large as a screen, as Mermaid
 * measures what it draws, and never seen.
 */
export class DrawingFrame {
  private readonly element = document.createElement('iframe');
  private readonly ready: Promise<Answer>;

  constructor(title: string) {
    this.element.title = title;
    this.element.setAttribute('sandbox', 'allow-scripts');
    this.element.src = '/frames/diagram.html';
    this.element.className = 'drawing-frame';
    this.element.inert = true;
    this.element.ariaHidden = 'true';
    this.element.tabIndex = -1;
    this.ready = this.next((answer) => answer.type === 'ready', 'loading', LOADING);
    // Whoever draws waits for it, and hears of its failure; until then there is nobody.
    this.ready.catch(() => undefined);
    document.body.append(this.element);
  }

  async draw(request: Request): Promise<Exclude<Answer, { type: 'ready' }>> {
    await this.ready;
    const answer = this.next((given) => given.type !== 'ready' && given.id === request.id, 'drawing', DRAWING);
    // A sandboxed frame has no origin that could be named.
    this.element.contentWindow?.postMessage(request, '*');
    return (await answer) as Exclude<Answer, { type: 'ready' }>;
  }

  close(): void {
    this.element.remove();
  }

  private next(fits: (answer: Answer) => boolean, during: Late['during'], limit: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const listen = (event: MessageEvent<unknown>) => {
        if (event.source === null || event.source !== this.element.contentWindow) return;
        const answer = asAnswer(event.data);
        if (!answer || !fits(answer)) return;
        stop();
        resolve(answer);
      };
      const timer = setTimeout(() => {
        stop();
        this.close();
        reject(new Late(during));
      }, limit);
      const stop = () => {
        clearTimeout(timer);
        removeEventListener('message', listen);
      };
      addEventListener('message', listen);
    });
  }
}
