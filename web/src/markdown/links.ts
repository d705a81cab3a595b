const SCHEMES = new Set(['http:', 'https:', 'mailto:']);

/** The target of a link that may be followed, or null. Relative ones count as text: a message has no place to be relative to. */
export function safeLink(target: string | null): string | null {
  if (!target || !URL.canParse(target)) return null;
  const url = new URL(target);
  return SCHEMES.has(url.protocol) ? url.href : null;
}
