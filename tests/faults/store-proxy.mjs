// A proxy in front of the store that knows its protocol: it answers in the store's place as stores under stress do, loses
// answers after the command was carried out, and treats the event stream apart from the commands.
import { once } from 'node:events';
import http from 'node:http';

const QUOTA = '{"error":"ERR max requests limit exceeded. Limit: 500000, Usage: 500000. See https://upstash.com/docs/redis/troubleshooting/max_requests_limit for details"}';
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Refusals before the command was passed on. */
const REFUSALS = {
  429: [429, '{"error":"ERR max concurrent requests exceeded"}'],
  500: [500, '{"error":"internal error"}'],
  503: [503, 'Service Unavailable'],
  quota: [400, QUOTA],
};

/**
 * Passes requests on to `url()`. `random` decides which requests are hit.
 *
 * `fault(kind, {ms, share})` hits a `share` (0 to 1) of the commands for `ms`:
 * - `429`, `500`, `503`, `quota`  the store refuses, nothing is done
 * - `truncated`   carried out, the answer ends in the middle of its JSON
 * - `lost`        carried out, the connection ends instead of an answer
 * - `502`, `504`  carried out, a gateway in between gave up
 * - `stall`       carried out, the answer comes 10 s later, whenever the fault ends
 * - `late`        carried out only `wait` ms later, when the caller may have given up
 * and, for the event stream:
 * - `silent`      every stream that is open stays so and says nothing more, for ever
 * - `late-events` events wait until the fault ends, then all come
 * - `twice`       events come twice
 * - `drop`        a `share` of the messages' events never comes
 * - `end-stream`  every stream ends
 */
export async function startStoreProxy({ url, random, route = () => url() }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
  const streams = new Set();
  const faults = new Map();
  let hits = 0;
  const active = (...kinds) => kinds.map((kind) => faults.get(kind)).find(Boolean);

  /** The store's own answer: status, headers, body. */
  const ask = (request, body, to) =>
    new Promise((resolve, reject) => {
      const upstream = http.request(to + request.url, { method: request.method, headers: request.headers, agent }, (answer) => {
        const pieces = [];
        answer.on('data', (piece) => pieces.push(piece));
        answer.on('error', reject);
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }));
      });
      upstream.on('error', reject);
      upstream.end(body);
    });

  const send = (response, { status, headers, body }, cut = body.length) => {
    if (response.destroyed) return;
    const { 'transfer-encoding': _, connection: __, ...kept } = headers;
    response.writeHead(status, { ...kept, 'content-length': cut });
    response.end(body.subarray(0, cut));
  };

  const command = async (request, response, body) => {
    const fault = [...faults.values()].find(({ ofStream, share }) => !ofStream && random.next() < share);
    if (fault) hits += 1;
    const refusal = fault && REFUSALS[fault.kind];
    if (refusal) return send(response, { status: refusal[0], headers: { 'content-type': 'application/json' }, body: Buffer.from(refusal[1]) });
    if (fault?.kind === 'late') await sleep(fault.wait);
    const to = await route(request, body);
    if (to.behind) hits += 1;
    const answer = await (typeof to === 'string' ? ask(request, body, to) : to.ask(() => ask(request, body, to.url)));
    switch (fault?.kind) {
      case 'truncated':
        return send(response, answer, Math.floor(answer.body.length / 2));
      case 'lost':
        return response.destroy();
      case '502':
      case '504':
        return send(response, { status: Number(fault.kind), headers: {}, body: Buffer.from('Bad Gateway') });
      case 'stall':
        await sleep(10_000);
        return send(response, answer);
      default:
        return send(response, answer);
    }
  };

  const stream = (request, response) => {
    const upstream = http.request(url() + request.url, { method: request.method, headers: request.headers, agent: false });
    const link = { silent: false, held: '', end: () => upstream.destroy() };
    const close = () => {
      streams.delete(link);
      upstream.destroy();
      response.destroy();
    };
    link.release = () => {
      const { held } = link;
      link.held = '';
      if (held !== '') response.write(held);
    };
    upstream.on('response', (answer) => {
      streams.add(link);
      response.writeHead(answer.statusCode, answer.headers);
      let rest = '';
      answer.setEncoding('utf8').on('data', (text) => {
        const events = (rest + text).split('\n\n');
        rest = events.pop();
        if (link.silent) return;
        for (const event of events) {
          const isMessage = event.includes('"kind":"message"');
          const drop = faults.get('drop');
          if (isMessage && drop && random.next() < drop.share) {
            hits += 1;
            continue;
          }
          const out = `${event}\n\n`.repeat(isMessage && faults.has('twice') ? 2 : 1);
          if (faults.has('late-events')) link.held += out;
          else response.write(out);
        }
      });
      answer.on('error', close);
      answer.on('close', () => (link.silent ? undefined : close()));
    });
    upstream.on('error', close);
    response.on('close', close);
    request.on('error', close);
    upstream.end();
  };

  const server = http.createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) => {
    response.on('error', () => {});
    if (/^\/p?subscribe\//.test(request.url)) return stream(request, response);
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('error', () => {});
    request.on('end', () => {
      // A store that can't be reached ends the connection without a word.
      command(request, response, Buffer.concat(pieces)).catch(() => response.destroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const STREAM = new Set(['silent', 'late-events', 'twice', 'drop', 'end-stream']);
  const heal = (kind) => {
    clearTimeout(faults.get(kind)?.timer);
    faults.delete(kind);
    if (kind === 'late-events') for (const link of streams) link.release();
  };
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    port: server.address().port,
    /** Requests and events that were hit so far. */
    hits: () => hits,
    fault(kind, { ms = 0, share = 1, wait = 0 } = {}) {
      heal(kind);
      if (kind === 'silent') for (const link of streams) link.silent = true;
      if (kind === 'end-stream') for (const link of [...streams]) link.end();
      if (STREAM.has(kind)) hits += active('drop') ? 0 : 1;
      faults.set(kind, { kind, share, wait, ofStream: STREAM.has(kind), timer: setTimeout(() => heal(kind), ms).unref() });
    },
    heal: () => [...faults.keys()].forEach(heal),
    async stop() {
      for (const kind of [...faults.keys()]) heal(kind);
      for (const link of [...streams]) link.end();
      agent.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}
