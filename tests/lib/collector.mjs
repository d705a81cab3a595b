// An OTLP collector that keeps what it is sent: spans as JSON over HTTP.
import { once } from 'node:events';
import { createServer } from 'node:http';

import { until } from './process.mjs';

/**
 * Listens on `port`, or a free one. `behaviour` may be changed at any time: `take`, `refuse` (503), or `hang` (no answer).
 * `bodies` and `headers` are those of all requests so far.
 */
export async function startCollector({ behaviour = 'take', port = 0 } = {}) {
  const collector = { behaviour, bodies: [], headers: [] };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request.setEncoding('utf8')) body += piece;
    collector.bodies.push(body);
    collector.headers.push({ method: request.method, url: request.url, ...request.headers });
    if (collector.behaviour === 'hang') return;
    response.writeHead(collector.behaviour === 'take' ? 200 : 503, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const spans = () => collector.bodies.flatMap(read);
  return Object.assign(collector, {
    url: `http://127.0.0.1:${server.address().port}`,
    /** What makes a program send its spans here. */
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${server.address().port}` },
    spans,
    /** The spans of one trace, once `enough` of them are there. */
    async trace(traceId, enough) {
      const found = () => spans().filter((span) => span.traceId === traceId);
      await until(() => enough(found()), { what: `a whole trace; there are ${JSON.stringify(spans().map(({ service, name }) => `${service} ${name}`))}` });
      return found();
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

/** The spans of one request's body. */
function read(body) {
  const plain = (value) => value.stringValue ?? value.boolValue ?? Number(value.intValue);
  const record = (attributes) => Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
  return JSON.parse(body).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) => scope.spans).map((span) => ({
      service: record(resource.attributes)['service.name'],
      instance: record(resource.attributes)['service.instance.id'],
      ...span,
      start: BigInt(span.startTimeUnixNano),
      end: BigInt(span.endTimeUnixNano),
      attributes: record(span.attributes),
      failed: span.status.code === 2,
    })),
  );
}

/** A new trace as a client begins it, and its ids. */
export function beginTrace(flags = '01') {
  const [traceId, spanId] = [16, 8].map((bytes) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex'));
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${flags}` };
}

/** The children of a span, in the order in which they began. */
const inside = (spans, parent) =>
  spans.filter(({ parentSpanId }) => parentSpanId === parent).sort((a, b) => Number(a.start - b.start) || a.service.localeCompare(b.service));

/** A trace as lines of text, parents above what is inside them: what, where, when it began and how long it took, and what is said of it. */
export function tree(spans) {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const first = spans.reduce((least, { start }) => (start < least ? start : least), spans[0].start);
  const ms = (nanos) => (Number(nanos) / 1e6).toFixed(2);
  const line = (span, depth) => {
    const said = Object.entries(span.attributes).map(([key, value]) => `${key}=${value}`).join(' ');
    const what = `${'  '.repeat(depth)}${span.service} ${span.instance.slice(0, 4)}: ${span.name}`;
    return `${what}  at ${ms(span.start - first)} ms, ${ms(span.end - span.start)} ms  ${said}`.trimEnd();
  };
  const below = (span, depth) => [line(span, depth), ...inside(spans, span.spanId).flatMap((child) => below(child, depth + 1))];
  const remote = [...new Set(spans.map(({ parentSpanId }) => parentSpanId))].filter((parent) => parent !== undefined && !known.has(parent));
  const roots = inside(spans, undefined).flatMap((span) => below(span, 0));
  return [...roots, ...remote.flatMap((parent) => ['(the client’s span)', ...inside(spans, parent).flatMap((span) => below(span, 1))])].join('\n');
}
