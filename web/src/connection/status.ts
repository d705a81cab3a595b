/** How the page reaches the server. */
export type Status = 'connecting' | 'live' | 'reconnecting' | 'polling' | 'offline';

export interface Facts {
  readonly socketUp: boolean;
  /** Whether there was a socket since the page was opened. */
  readonly wasUp: boolean;
  /** What the polls say that run when the socket stays away; null while they don't run. */
  readonly pollsAnswer: boolean | null;
  /** What the browser believes. */
  readonly online: boolean;
}

export function statusOf({ socketUp, wasUp, pollsAnswer, online }: Facts): Status {
  if (socketUp) return 'live';
  if (pollsAnswer === true) return 'polling';
  if (!online || pollsAnswer === false) return 'offline';
  return wasUp ? 'reconnecting' : 'connecting';
}
