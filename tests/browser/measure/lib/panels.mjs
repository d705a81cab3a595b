// Draws a dashboard's panels in its own grid, from lines that were measured. Not Grafana: a picture like it.
import { range, value } from './units.mjs';

const WIDTH = 1320;
/** Height of a row of the grid, and the gap between panels. */
const ROW = 26;
const GAP = 8;
/** The first colours of Grafana's classic palette. */
const COLOURS = ['#73bf69', '#f2cc0c', '#8ab8ff', '#ff780a', '#f2495c', '#5794f2', '#b877d9', '#705da0', '#37872d'];

const escape = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A PNG of the panels, each with its `lines`, over the time `[from, to]` in ms. */
export async function draw(browser, dashboard, panels, time) {
  const rows = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h));
  const height = 44 + rows * (ROW + GAP);
  const page = await browser.newPage({ viewport: { width: WIDTH, height } });
  await page.setContent(`<!doctype html><style>
    body { margin: 0; background: #111217; color: #ccccdc; font: 12px Inter, 'DejaVu Sans', sans-serif; }
    h1 { margin: 0; padding: 12px 16px; font-size: 16px; font-weight: 500; }
    h1 small { float: right; font-size: 12px; color: #8e8ea0; font-weight: 400; }
    section { position: absolute; box-sizing: border-box; background: #181b1f; border: 1px solid #25272e; border-radius: 3px; overflow: hidden; }
    h2 { margin: 0; padding: 7px 10px 0; font-size: 13px; font-weight: 500; }
    svg { position: absolute; left: 0; bottom: 0; }
    text { fill: #8e8ea0; font-size: 11px; }
    b { position: absolute; left: 12px; bottom: 42px; font-size: 27px; font-weight: 500; }
    ul { position: absolute; left: 10px; right: 6px; bottom: 6px; margin: 0; padding: 0; list-style: none; font-size: 11px; white-space: nowrap; }
    li { display: inline-block; margin-right: 9px; } i { display: inline-block; width: 9px; height: 3px; margin: 0 4px 3px 0; }
  </style><h1>${escape(dashboard.title)}<small>measured on two hubs and an edge over loopback, drawn from docs/grafana/roomtalk.json</small></h1>
  ${panels.map((panel) => section(panel, time)).join('')}`);
  const picture = await page.screenshot({ type: 'png' });
  await page.close();
  return picture;
}

function section(panel, time) {
  const { x, y, w, h } = panel.gridPos;
  const column = (WIDTH - GAP) / 24;
  const [left, top, width, height] = [GAP + x * column, 44 + y * (ROW + GAP), w * column - GAP, h * (ROW + GAP) - GAP];
  const inside = panel.type === 'stat' ? stat(panel, width, height, time) : graph(panel, width, height, time);
  return `<section style="left:${left}px;top:${top}px;width:${width}px;height:${height}px"><h2>${escape(panel.title)}</h2>${inside}</section>`;
}

function stat({ lines, fieldConfig: { defaults } }, width, height, time) {
  const points = lines[0]?.points ?? [];
  const last = points.at(-1)?.[1];
  const scale = { time, top: Math.max(...points.map(([, y]) => y), 1e-9), box: [0, height - 34, width, 34] };
  const shown = last === undefined ? 'No data' : value(defaults.unit, last, defaults.decimals);
  return `<svg width="${width}" height="${height}">${area(points, [], scale, COLOURS[0], 0.2)}</svg><b style="color:${COLOURS[0]}">${shown}</b>`;
}

/** Where a point lies in the box of a scale. */
const place = ({ time: [from, to], top, box: [left, upper, width, height] }, [at, y]) =>
  [left + ((at - from) / (to - from)) * width, upper + height - (y / top) * height].map((number) => number.toFixed(1));

function graph({ lines, fieldConfig: { defaults } }, width, height, time) {
  const stacked = defaults.custom.stacking.mode === 'normal';
  const floors = [];
  const under = new Map();
  for (const { points } of lines) {
    floors.push(points.map(([at]) => [at, stacked ? (under.get(at) ?? 0) : 0]));
    if (stacked) for (const [at, y] of points) under.set(at, (under.get(at) ?? 0) + y);
  }
  const drawn = lines.map(({ points }, at) => points.map(([when, y], n) => [when, y + floors[at][n][1]]));
  const { top, marks } = range(defaults.unit, Math.max(0, ...drawn.flat().map(([, y]) => y)));
  const scale = { time, top, box: [62, 34, width - 76, height - 92] };
  const grid = marks.map((mark) => {
    const [, y] = place(scale, [time[0], mark]);
    return `<path d="M62 ${y}H${width - 14}" stroke="#25272e"/><text x="56" y="${Number(y) + 4}" text-anchor="end">${value(defaults.unit, mark)}</text>`;
  });
  const clocks = [];
  for (let at = Math.ceil(time[0] / 30_000) * 30_000; at < time[1]; at += 30_000) {
    const [x] = place(scale, [at, 0]);
    clocks.push(`<path d="M${x} 34V${height - 58}" stroke="#202228"/><text x="${x}" y="${height - 42}" text-anchor="middle">${new Date(at).toISOString().slice(11, 19)}</text>`);
  }
  const areas = drawn.map((points, at) => area(points, floors[at], scale, COLOURS[at % COLOURS.length], stacked ? 0.3 : 0.08));
  const legend = lines.map(({ name }, at) => `<li><i style="background:${COLOURS[at % COLOURS.length]}"></i>${escape(name)}</li>`);
  return `<svg width="${width}" height="${height}">${clocks.join('')}${grid.join('')}${areas.join('')}</svg><ul>${legend.join('')}</ul>`;
}

/** A line with the area down to its floor, with a gap where nothing was measured for 3 s. */
function area(points, floor, scale, colour, opacity) {
  const parts = [];
  points.forEach((point, n) => {
    if (n === 0 || point[0] - points[n - 1][0] > 3_000) parts.push({ line: [], floor: [] });
    parts.at(-1).line.push(place(scale, point));
    parts.at(-1).floor.unshift(place(scale, floor[n] ?? [point[0], 0]));
  });
  return parts
    .map((part) => {
      const line = `M${part.line.join('L')}`;
      return `<path d="${line}L${part.floor.join('L')}Z" fill="${colour}" opacity="${opacity}"/><path d="${line}" fill="none" stroke="${colour}" stroke-width="1.3"/>`;
    })
    .join('');
}
