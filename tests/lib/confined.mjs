// Runs a program as a container would: as nobody, with an empty environment, and with so much memory.
import { access, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { start, until } from './process.mjs';

/** The user and group of nobody. */
export const NOBODY = 65534;

/** Whether this user may become another. */
export const mayConfine = process.getuid() === 0;

/** The kernel's two interfaces to a group of processes: where it is mounted, and the files of its memory. */
const INTERFACES = [
  { mount: '/sys/fs/cgroup/memory', line: /^\d+:memory:(.*)$/m, most: 'memory.limit_in_bytes' },
  { mount: '/sys/fs/cgroup', line: /^0::(.*)$/m, most: 'memory.max' },
];

/**
 * A group of processes that may take `bytes` of memory together, the files that they have read included; the kernel ends
 * those who need more. `remove()` takes the group away once they have ended. Undefined where the kernel, or the container
 * around, does not let this user make one.
 */
export async function memoryGroup(bytes) {
  const own = await readFile('/proc/self/cgroup', 'utf8');
  for (const { mount, line, most } of INTERFACES) {
    const folder = path.join(mount, own.match(line)?.[1] ?? '/', `roomtalk-${process.pid}`);
    try {
      await mkdir(folder);
    } catch {
      continue;
    }
    // The kernel takes the last process out of the group a moment after it has been waited for.
    const remove = () => until(() => rmdir(folder).then(() => true), { what: 'the group of processes to be empty' });
    try {
      await access(path.join(folder, most));
      await writeFile(path.join(folder, most), String(bytes));
      return { folder, remove };
    } catch {
      await remove();
    }
  }
  return undefined;
}

/**
 * Starts `command` in `cwd` as nobody, without capabilities and with no variable of the environment. Only root can.
 * `group` is the memory group that it runs in, if any.
 */
export function startConfined(command, { cwd, group }) {
  const enter = group ? `echo $$ > '${group.folder}/cgroup.procs' && ` : '';
  const drop = `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups --no-new-privs --inh-caps=-all`;
  return start('sh', ['-c', `${enter}exec ${drop} env -i ${command}`], { cwd });
}
