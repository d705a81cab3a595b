// Wall clocks of programs, which can be set while they run.
import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { start, temporaryFolder } from '../lib/process.mjs';

const SOURCE = fileURLToPath(new URL('clock.c', import.meta.url));

/** Clocks by the names of the programs that go by them; all are right at first. */
export async function startClocks() {
  const { folder, remove } = await temporaryFolder('clocks');
  const library = path.join(folder, 'clock.so');
  const compiler = start('cc', ['-shared', '-fPIC', '-O1', '-o', library, SOURCE]);
  if ((await compiler.ended).code !== 0) throw new Error(`the clock can't be compiled: ${compiler.output()}`);
  const files = new Map();
  const write = (file, ms) => {
    const offset = Buffer.alloc(8);
    offset.writeBigInt64LE(BigInt(ms));
    writeSync(file, offset, 0, 8, 0);
  };
  const clock = (name) => path.join(folder, name);
  return {
    /** What a program is started with that goes by this clock. */
    env(name) {
      files.set(name, openSync(clock(name), 'w'));
      write(files.get(name), 0);
      return { LD_PRELOAD: library, CLOCK_OFFSET: clock(name) };
    },
    /** From now on the clock is so many ms off: the future if positive. */
    set: (name, ms) => write(files.get(name), ms),
    async stop() {
      for (const file of files.values()) closeSync(file);
      await remove();
    },
  };
}
