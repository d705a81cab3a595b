// A client of the REST API, as a script would write it.

/** One request; gives status, headers and the body as JSON where it is JSON. */
export async function request(base, method, path, { body, token, headers = {} } = {}) {
  const response = await fetch(base + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.startsWith('application/json') && text !== '';
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

/** Like `request`, but any other status than `status` is an error. */
async function expect(status, base, method, path, options) {
  const answer = await request(base, method, path, options);
  if (answer.status !== status) {
    throw new Error(`${method} ${path}: ${answer.status} instead of ${status}: ${JSON.stringify(answer.body)}`);
  }
  return answer.body;
}

/** An issued identity, `{clientId, token}`. */
export const newClient = (base) => expect(201, base, 'POST', '/api/clients');

/** A room created by `client`. */
export const newRoom = (base, client, name = 'A room') =>
  expect(201, base, 'POST', `/api/clients/${client.clientId}/rooms`, { body: { name }, token: client.token });

/** Sends a message. */
export const send = (base, client, roomId, content, more = {}) =>
  expect(201, base, 'POST', `/api/rooms/${roomId}/messages`, {
    body: { clientId: client.clientId, content, ...more },
    token: client.token,
  });

/** The newest page of a room. */
export const history = (base, roomId, query = '') => expect(200, base, 'GET', `/api/rooms/${roomId}/messages${query}`);
