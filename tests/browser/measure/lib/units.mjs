// Numbers as Grafana's units show them, as far as our dashboard uses them.

const short = (number, decimals) => Number(number.toFixed(decimals ?? (number < 10 ? 2 : number < 100 ? 1 : 0))).toString();

/** Each unit: the factors that may stand before it, largest first, with what is written behind. */
const UNITS = {
  short: [[1e6, ' Mil'], [1e3, ' K'], [1, '']],
  cps: [[1e3, ' K/s'], [1, '/s']],
  s: [[1, ' s'], [1e-3, ' ms'], [1e-6, ' µs']],
  bytes: [[1024 ** 3, ' GiB'], [1024 ** 2, ' MiB'], [1024, ' KiB'], [1, ' B']],
  percentunit: [[0.01, '%']],
};

const factor = (unit, number) => UNITS[unit].find(([size]) => number >= size) ?? UNITS[unit].at(-1);

/** A number with its unit. */
export function value(unit, number, decimals) {
  if (number === 0) return '0';
  const [size, name] = factor(unit, number);
  return short(number / size, decimals) + name;
}

/** An axis from 0 to some round number above `highest`, with its marks. */
export function range(unit, highest) {
  const most = highest > 0 ? highest : UNITS[unit].at(-1)[0];
  const [size] = factor(unit, most);
  const base = unit === 'bytes' ? size * 2 ** Math.floor(Math.log2(most / size / 4)) : size * 10 ** Math.floor(Math.log10(most / size / 4));
  const step = [1, 2, 2.5, 5, 10].map((times) => times * base).find((each) => each * 4 >= most);
  const count = Math.ceil(most / step);
  return { top: step * count, marks: Array.from({ length: count + 1 }, (_, n) => n * step) };
}
