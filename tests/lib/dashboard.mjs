// The dashboard of docs/grafana, and what PromQL and the metrics' text name.
import { read } from './documents.mjs';

/** The dashboard. */
export const load = async () => JSON.parse(await read('docs/grafana/roomtalk.json'));

/** A panel's expression as Prometheus takes it: all jobs and hubs, and rates over `window`. */
export const concrete = (expression, window) =>
  expression.replaceAll('$__rate_interval', window).replaceAll(/"\$\w+"/g, '".*"');

/** The metrics that an expression reads, each with the labels that it is chosen and summed by. */
export function named(expression) {
  const selectors = [...expression.matchAll(/([a-zA-Z_:][\w:]*)(?:\{([^}]*)\})?(?=[[\s)>/*<=-]|$)/g)];
  const sums = [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => list.split(',').map((label) => label.trim()));
  return selectors
    .filter(([, name, labels]) => labels !== undefined || name.includes('_'))
    .map(([, name, labels = '']) => ({ name, labels: [...[...labels.matchAll(/(\w+)(?:=~|!~|!=|=)/g)].map(([, label]) => label), ...sums] }));
}

/** What a program exposes: the names of all series to the labels that they have, and of the metrics to their kinds. */
export function exposed(text) {
  const kinds = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => [name, kind]));
  const series = new Map();
  for (const [, name, labels = ''] of text.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/gm)) {
    const known = series.get(name) ?? new Set();
    for (const [, label] of labels.matchAll(/(\w+)="/g)) known.add(label);
    series.set(name, known);
  }
  return { kinds, series };
}
