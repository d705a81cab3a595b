import type { TFunction } from 'i18next';

import { ApiError } from '../api/http';

const KNOWN = [
  'network',
  'room_not_found',
  'unauthorized',
  'invalid_field',
  'missing_field',
  'too_large',
  'rate_limited',
  'store_unavailable',
  'store_newer',
  'outcome_unknown',
  'expired',
] as const;

/** A sentence for an error code. */
export function failureText(t: TFunction, code: string | undefined): string {
  const known = KNOWN.find((name) => name === code) ?? 'other';
  return t(`failure.${known}`);
}

export const codeOf = (error: unknown): string => (error instanceof ApiError ? error.code : 'other');
