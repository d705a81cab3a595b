let traced = false;

/** Whether the server follows messages through its parts; /config.json says so. */
export function setTraced(on: boolean): void {
  traced = on;
}

/**
 * The beginning of a new trace, as W3C's Trace Context writes it, for one attempt to send a message; undefined where nothing
 * is traced. The span that it names is the page's own, which nobody is told of but as the parent of the server's.
 */
export function newTraceparent(): string | undefined {
  if (!traced) return undefined;
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`;
}
