import { setTraced } from './trace';

/** What the server tells the page; of another version's server anything may be missing. */
interface Config {
  readonly socketUrl?: unknown;
  readonly build?: unknown;
  readonly traces?: unknown;
}

/** The hub's address: fixed at build time by VITE_SOCKET_URL, else told by /config.json; `/` is the page's own origin. */
export async function socketAddress(): Promise<string> {
  const fixed = import.meta.env.VITE_SOCKET_URL;
  const address = fixed || (await configured());
  return address === '/' ? location.origin : address;
}

async function configured(): Promise<string> {
  const { socketUrl, traces } = await readConfig();
  if (typeof socketUrl !== 'string' || socketUrl === '') throw new Error('/config.json names no socketUrl');
  setTraced(traces === true);
  return socketUrl;
}

export async function readConfig(): Promise<Config> {
  const response = await fetch('/config.json', { cache: 'no-cache', signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`/config.json answered ${response.status}`);
  return (await response.json()) as Config;
}
