import { currentIdentity, renewToken } from '../identity/identity';

/** A refusal by the server, or (`code: 'network'`, status 0) no answer at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    message: string,
    readonly code: string,
    readonly status: number,
    /** Milliseconds to wait, where the server named a time. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
  /** Milliseconds until the request counts as lost. */
  readonly timeout?: number;
}

/** Sends a request with the identity's token; gives the response of a 2xx or 304, else throws an ApiError. */
export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = 'GET', body, signal, timeout = 10_000 } = options;
  const headers: Record<string, string> = { ...options.headers };
  const token = currentIdentity()?.token;
  if (token) headers['Authorization'] = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const deadline = AbortSignal.timeout(timeout);
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new ApiError(error instanceof Error ? error.message : String(error), 'network', 0);
  }
  const renewed = response.headers.get('RoomTalk-Token');
  if (renewed) renewToken(renewed);
  if (response.ok || response.status === 304) return response;
  throw await refusal(response);
}

/** The same, for an answer in JSON. */
export async function requestJson<T>(path: string, options?: RequestOptions): Promise<T> {
  const response = await request(path, options);
  return (await response.json()) as T;
}

async function refusal(response: Response): Promise<ApiError> {
  const { status, statusText, headers } = response;
  // A proxy between here and the server can answer in something other than JSON, and name a time in the header alone.
  const body = (await response.json().catch(() => null)) as object | null;
  return refusalFrom({ retryAfter: Number(headers.get('Retry-After')), ...body }, status, statusText);
}

/** The refusal that a body or an ack tells: `{error, code, retryAfter?}`, with seconds. */
export function refusalFrom(told: unknown, status: number, otherwise: string): ApiError {
  const { error, code, retryAfter } = (told ?? {}) as { error?: string; code?: string; retryAfter?: number };
  const wait = retryAfter !== undefined && retryAfter > 0 ? retryAfter * 1000 : undefined;
  return new ApiError(error ?? (otherwise || `HTTP ${status}`), code ?? 'internal', status, wait);
}
