// A store and an edge for one test file, and a client that holds every answer against the API's document.
import assert from 'node:assert/strict';

import { startEdge, startGateway, startRedis } from '../lib/services.mjs';
import { check } from './contract.mjs';

/** Redis, gateway and edge; `variables` are the application's. `stop()` ends all of them. */
export async function startRest({ variables = {}, secret } = {}) {
  const redis = await startRedis();
  const gateway = await startGateway({ backend: redis.url });
  const edge = await startEdge({ redis: gateway, variables, secret });
  return {
    redis,
    gateway,
    edge,
    ...client(edge.url),
    stop: async () => {
      await edge.stop();
      await gateway.stop();
      await redis.stop();
    },
  };
}

/** The API at `base`. */
export function client(base) {
  const kept = [];

  /**
   * One request. `json` is sent as JSON, `body` as it is. Gives status, headers, the bytes, and the JSON where it is JSON.
   */
  async function call(method, path, { json, body, token, headers = {} } = {}) {
    const response = await fetch(base + path, {
      method,
      headers: {
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      body: json === undefined ? body : JSON.stringify(json),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = response.headers.get('content-type')?.startsWith('application/json') && bytes.length > 0;
    const answer = { status: response.status, headers: response.headers, bytes, json: isJson ? JSON.parse(bytes) : undefined };
    const promise = check(method, base + path, answer);
    if (promise) kept.push(promise);
    return answer;
  }

  /** A request that must end with this status and, for an error, this code and field. */
  async function expect(status, method, path, options = {}, code = undefined, field = undefined) {
    const answer = await call(method, path, options);
    assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.json)}`);
    if (code !== undefined) assert.equal(answer.json.code, code, JSON.stringify(answer.json));
    if (field !== undefined) assert.equal(answer.json.field, field, JSON.stringify(answer.json));
    return answer;
  }

  return {
    url: base,
    /** The promises of the document that were seen kept. */
    kept,
    call,
    expect,
    /** An issued identity. */
    issue: async () => (await expect(201, 'POST', '/api/clients')).json,
    /** A new room of `clientId`, which is open unless a token is given. */
    room: async ({ clientId = 'alice', token, name = 'A room' } = {}) =>
      (await expect(201, 'POST', `/api/clients/${clientId}/rooms`, { json: { name }, token })).json,
    /** Sends a message and gives the stored one. */
    send: async (roomId, json) =>
      (await expect(201, 'POST', `/api/rooms/${roomId}/messages`, { json: { clientId: 'alice', content: 'hello', ...json } })).json,
  };
}
