import type { Identity } from '../api/types';
import { nextDelay } from '../connection/backoff';
import { storage } from '../storage';
import { createStore } from '../store';

const CLIENT_ID = 'clientId';
const TOKEN = 'roomtalk_token';

/** Who this browser is; null until the server has issued an identity. */
export const identity = createStore<Identity | null>(stored());

export const currentIdentity = (): Identity | null => identity.get();

function stored(): Identity | null {
  const clientId = storage.read(CLIENT_ID);
  const token = storage.read(TOKEN);
  return clientId && token ? { clientId, token } : null;
}

function keep(next: Identity): void {
  storage.write(CLIENT_ID, next.clientId);
  storage.write(TOKEN, next.token);
  identity.set(next);
}

/** Keeps the token that the server answered in place of one made with an older secret. */
export function renewToken(token: string): void {
  const current = identity.get();
  if (current && token !== current.token) keep({ clientId: current.clientId, token });
}

/** Becomes another user from now on. The identity that was here is forgotten. */
export function adoptIdentity(next: Identity): void {
  keep(next);
}

/** The stored identity, or a new one from the server. Tries until it succeeds. Tabs that start at once share one. */
export async function ensureIdentity(): Promise<Identity> {
  return exclusively(async () => {
    const known = stored() ?? identity.get();
    if (known) {
      identity.set(known);
      return known;
    }
    return issueUntilDone();
  });
}

/** Replaces an identity that the server no longer accepts. */
export async function replaceIdentity(refused: Identity): Promise<Identity> {
  return exclusively(async () => {
    const known = stored();
    if (known && known.token !== refused.token) {
      identity.set(known);
      return known;
    }
    return issueUntilDone();
  });
}

/** Takes over an identity from another tab of this browser. */
addEventListener('storage', (event) => {
  if (event.key !== TOKEN && event.key !== CLIENT_ID) return;
  const next = stored();
  if (next && next.token !== identity.get()?.token) identity.set(next);
});

function exclusively<T>(task: () => Promise<T>): Promise<T> {
  // Locks exist in secure contexts only; without them two tabs opened at once may become two people.
  return 'locks' in navigator ? navigator.locks.request('roomtalk-identity', task) : task();
}

async function issueUntilDone(): Promise<Identity> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const response = await fetch('/api/clients', { method: 'POST', signal: AbortSignal.timeout(10_000) });
      if (response.ok) {
        const issued = (await response.json()) as Identity;
        keep(issued);
        return issued;
      }
    } catch {
      // No connection: the loop tries again.
    }
    await new Promise((resolve) => setTimeout(resolve, nextDelay(attempt)));
  }
}
