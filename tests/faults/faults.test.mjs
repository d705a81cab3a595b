// Twenty seeds of each mix. `cargo xtask faults --seeds N` plays more, `node tests/faults/run.mjs` one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { mixes } from './mixes.mjs';
import { report } from './report.mjs';
import { playAll } from './seeds.mjs';

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

describe('under faults', () => {
  for (const mix of mixes) {
    const seeds = SEEDS.slice(0, mix.few ?? SEEDS.length);
    const which = seeds.length === 1 ? 'seed 1' : `seeds 1 to ${seeds.length}`;
    test(`mix ${mix.name}, ${which}: every acknowledged message is stored once and seen once, in one order (${mix.about})`, async () => {
      const { failed, totals } = await playAll(mix, seeds);
      assert.equal(failed.map((result) => report(mix, result)).join('\n'), '');
      // Seeds in which nobody talked, or nothing happened to anybody, prove nothing.
      assert.ok(totals.acked > 0, JSON.stringify(totals));
    });
  }
});
