// Plays seeds of the fault mixes:
//   node tests/faults/run.mjs                        one seed of each mix
//   node tests/faults/run.mjs --seeds 200            many of each
//   node tests/faults/run.mjs --mix kills --seed 17  just this one, with its plan
import { parseArgs } from 'node:util';

import { mixNamed, mixes } from './mixes.mjs';
import { report } from './report.mjs';
import { playAll } from './seeds.mjs';

const { values } = parseArgs({
  options: {
    mix: { type: 'string' },
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1' },
    first: { type: 'string', default: '1' },
    jobs: { type: 'string' },
  },
});
const chosen = values.mix === undefined ? mixes : [mixNamed(values.mix)];
if (chosen.includes(undefined)) {
  console.error(`no mix is called ${values.mix}; there are: ${mixes.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const one = values.seed !== undefined;
const first = Number(one ? values.seed : values.first);
const seeds = Array.from({ length: one ? 1 : Number(values.seeds) }, (_, i) => first + i);

let failures = 0;
for (const mix of chosen) {
  const start = Date.now();
  const { failed, totals } = await playAll(mix, seeds, {
    jobs: values.jobs === undefined ? undefined : Number(values.jobs),
    played: (result) => {
      if (one) console.log(`the plan: ${JSON.stringify(result.plan, null, 1)}`);
      if (result.error || result.violations.length > 0) console.log(report(mix, result));
    },
  });
  failures += failed.length;
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  const verdict = failed.length === 0 ? 'kept' : `BROKEN by seeds ${failed.map(({ seed }) => seed).join(', ')}`;
  console.log(`${mix.name}: ${seeds.length} seeds in ${seconds} s: promises ${verdict}; ${JSON.stringify(totals)}`);
}
process.exit(failures === 0 ? 0 : 1);
