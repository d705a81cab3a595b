import { io, type Socket } from 'socket.io-client';

import { ApiError, refusalFrom } from '../api/http';
import type { Identity } from '../api/types';
import { nextDelay } from './backoff';

export interface LinkHandlers {
  readonly up: () => void;
  readonly down: () => void;
  /** The hub refuses the identity. */
  readonly refused: () => void;
  readonly event: (name: string, payload: unknown) => void;
}

/** An event that the hub answers without asking anybody. */
const PROBE = 'set_username';
/** Milliseconds in which a healthy hub answers it. */
const PROBE_DEADLINE = 2000;

/**
 * The socket to the hub. It never gives up: after a loss it tries again, later and later, and at once when there is
 * reason to believe that the network is back. Nothing is buffered here: what cannot be sent now is refused.
 */
export class Link {
  private readonly socket: Socket;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private probing = false;

  constructor(
    address: string,
    private readonly identity: () => Identity | null,
    handlers: LinkHandlers,
  ) {
    this.socket = io(address, {
      transports: ['websocket'],
      autoConnect: false,
      // Its own reconnection cannot be hurried; see `retryNow`.
      reconnection: false,
      timeout: 8000,
      auth: (give) => give(this.identity() ?? {}),
    });
    this.socket.on('connect', () => {
      this.attempt = 0;
      handlers.up();
    });
    this.socket.on('disconnect', () => {
      handlers.down();
      this.retryLater();
    });
    this.socket.on('connect_error', (error: Error) => {
      // The hub's refusals read `code: sentence`.
      if (error.message.startsWith('unauthorized')) handlers.refused();
      this.retryLater();
    });
    this.socket.onAny((name: string, payload: unknown) => handlers.event(name, payload));
  }

  get up(): boolean {
    return this.socket.connected;
  }

  open(): void {
    this.socket.connect();
  }

  /**
   * Sends an event and hands its ack to `answer`, in the same turn in which it arrives: before any later event.
   * `answer` gets an ApiError when there is no ack within `timeout` ms.
   */
  ask(name: string, payload: unknown, timeout: number, answer: (error: ApiError | null, ack: unknown) => void): void {
    if (!this.socket.connected) {
      answer(new ApiError('not connected', 'network', 0), undefined);
      return;
    }
    this.socket.timeout(timeout).emit(name, payload, (lost: Error | null, ack: unknown) => {
      answer(lost ? new ApiError(lost.message, 'network', 0) : refusalIn(ack), ack);
    });
  }

  /** Sends an event that needs no answer. */
  tell(name: string, payload: unknown): void {
    if (this.socket.connected) this.socket.emit(name, payload);
  }

  /** Something happened to the network or the page: a socket that no longer answers is dropped, a lost one comes back. */
  check(): void {
    if (!this.socket.connected) {
      this.retryNow();
      return;
    }
    if (this.probing) return;
    this.probing = true;
    const probed = this.socket.id;
    this.ask(PROBE, '', PROBE_DEADLINE, (error) => {
      this.probing = false;
      if (error?.code === 'network' && this.socket.id === probed) {
        this.socket.disconnect();
        this.retryNow();
      }
    });
  }

  /** Connects again, with the identity of now. */
  restart(): void {
    this.socket.disconnect();
    this.retryNow();
  }

  private retryNow(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.attempt = 0;
    this.socket.connect();
  }

  private retryLater(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.socket.connect(), nextDelay(this.attempt));
    this.attempt += 1;
  }
}

function refusalIn(ack: unknown): ApiError | null {
  if (typeof ack !== 'object' || ack === null || !('ok' in ack) || ack.ok !== false) return null;
  return refusalFrom(ack, 0, 'refused');
}
