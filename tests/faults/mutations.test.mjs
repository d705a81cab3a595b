// The harness finds faults: a hub with one deliberate fault must be caught. `cargo build --release -p realtime-hub --features
// mutations --bin mutated-hub` builds it; `cargo xtask test` does that.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startHub } from '../lib/services.mjs';
import { mixNamed } from './mixes.mjs';
import { playAll } from './seeds.mjs';

/** Most seeds until a fault must be found. */
const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

const mutations = [
  { fault: 'no-dedup', mix: 'hub-store faults', demands: ['stored once'] },
  { fault: 'no-gap-fill', mix: 'silent stream', demands: ['no gap'] },
  { fault: 'deliver-before-store', mix: 'hub-store faults', demands: ['refused means not shown', 'one order', 'seen once', 'only what was sent'] },
];

for (const { fault, mix, demands } of mutations) {
  test(`a hub with the fault ${fault} breaks the promise that the mix ${mix} checks`, async () => {
    const launch = ({ env, ...options }) => startHub({ ...options, program: 'mutated-hub', env: { ...env, ROOMTALK_MUTATION: fault } });
    const found = new Set();
    const wanted = () => demands.some((demand) => found.has(demand));
    for (let i = 0; i < SEEDS.length && !wanted(); i += 4) {
      const { failed } = await playAll(mixNamed(mix), SEEDS.slice(i, i + 4), { launch });
      for (const { error, violations } of failed) {
        // A fault of the harness or of a start is no find.
        if (error) throw error;
        for (const { demand } of violations) found.add(demand);
      }
    }
    assert.ok(wanted(), `found only: ${[...found].join(', ') || 'nothing'}`);
  });
}

test('the same program without a fault keeps its promises', async () => {
  const launch = (options) => startHub({ ...options, program: 'mutated-hub' });
  const { failed } = await playAll(mixNamed('hub-store faults'), SEEDS.slice(0, 4), { launch });
  assert.deepEqual(failed.map(({ seed, violations }) => [seed, violations]), []);
});
