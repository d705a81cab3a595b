// Runs a program as a container would: as nobody, and with an empty environment.
import { start } from './process.mjs';

/** The user and group of nobody. */
export const NOBODY = 65534;

/** Whether this user may become another. */
export const mayConfine = process.getuid() === 0;

/** Starts `command` in `cwd` as nobody, without capabilities and with no variable of the environment. Only root can. */
export function startConfined(command, { cwd }) {
  const drop = `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups --no-new-privs --inh-caps=-all`;
  return start('sh', ['-c', `exec ${drop} env -i ${command}`], { cwd });
}
