/** Codes of refusals that another try may overcome. */
export const PASSING: ReadonlySet<string> = new Set([
  'network',
  'store_unavailable',
  'store_newer',
  'outcome_unknown',
  'rate_limited',
  'internal',
  'not_registered',
  'unauthorized',
  'image_expired',
]);
