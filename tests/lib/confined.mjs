// Runs a program as a container would: as nobody, with an empty environment, and within an amount of memory.
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { start } from './process.mjs';

const NOBODY = 65534;

/** Whether this user may become another. */
export const mayConfine = process.getuid() === 0;

/** A new control group with at most `bytes` of memory; none where this machine gives none. */
async function memoryGroup(bytes) {
  const name = `roomtalk-${process.pid}`;
  const kinds = [
    { folder: `/sys/fs/cgroup/${name}`, limit: 'memory.max' },
    { folder: `/sys/fs/cgroup/memory/${name}`, limit: 'memory.limit_in_bytes' },
  ];
  for (const { folder, limit } of kinds) {
    try {
      await mkdir(folder);
    } catch {
      continue;
    }
    try {
      await writeFile(path.join(folder, limit), String(bytes));
      return folder;
    } catch {
      await rmdir(folder);
    }
  }
  return undefined;
}

/**
 * Starts `command` in `cwd` as nobody, with no variable of the environment, within `memory` bytes. Only root can; `isCapped`
 * says whether this machine caps memory.
 */
export async function startConfined(command, { cwd, memory }) {
  const group = await memoryGroup(memory);
  const enter = group ? `echo $$ > ${group}/cgroup.procs && ` : '';
  const drop = `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups --no-new-privs --inh-caps=-all`;
  const program = start('sh', ['-c', `${enter}exec ${drop} env -i ${command}`], { cwd });
  const end = async (signal) => {
    if (signal) program.signal(signal);
    const ended = await program.ended;
    if (group) await rmdir(group);
    return ended;
  };
  return {
    ...program,
    isCapped: group !== undefined,
    /** Resident memory in MB. */
    residentMegabytes: async () => {
      const status = await readFile(`/proc/${program.pid}/status`, 'utf8');
      return Number(status.match(/^VmRSS:\s+(\d+) kB/m)[1]) / 1000;
    },
    stop: () => end('SIGTERM'),
  };
}

export { NOBODY };
