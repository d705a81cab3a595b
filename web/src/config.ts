import { setTraced } from './trace';

/** The hub's address: fixed at build time by VITE_SOCKET_URL, else told by /config.json; `/` is the page's own origin. */
export async function socketAddress(): Promise<string> {
  const fixed = import.meta.env.VITE_SOCKET_URL;
  const address = fixed || (await configured());
  return address === '/' ? location.origin : address;
}

async function configured(): Promise<string> {
  const response = await fetch('/config.json', { cache: 'no-cache', signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`/config.json answered ${response.status}`);
  const { socketUrl, traces } = (await response.json()) as { socketUrl?: unknown; traces?: unknown };
  if (typeof socketUrl !== 'string' || socketUrl === '') throw new Error('/config.json names no socketUrl');
  setTraced(traces === true);
  return socketUrl;
}
