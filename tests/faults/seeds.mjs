// Plays many seeds of a mix, several at a time: each has a stack of its own.
import { availableParallelism } from 'node:os';

import { planOf, play } from './scenario.mjs';

/** Most of a seed's time is spent waiting. */
const JOBS = 3 * availableParallelism();

/**
 * Plays `seeds`; gives the failed ones and the sums of what happened. `played(result)` is called after each. A mix may say
 * how many `jobs` at a time the machine bears.
 */
export async function playAll(mix, seeds, { jobs = mix.jobs ?? JOBS, played = () => {}, ...options } = {}) {
  const waiting = [...seeds];
  const failed = [];
  const totals = {};
  const worker = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const result = { seed, ...(await play(mix, seed, options).catch((error) => ({ error, plan: planOf(mix, seed), violations: [] }))) };
      if (result.error || result.violations.length > 0) failed.push(result);
      for (const [name, n] of Object.entries(result.counts ?? {})) totals[name] = (totals[name] ?? 0) + n;
      played(result);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, seeds.length) }, worker));
  return { failed, totals };
}
