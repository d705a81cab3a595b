// Starts programs, waits until they say they are ready, and ends them by their process id.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Path of a release binary. */
export const binary = (name) => path.join(root, 'target/release', name);

/**
 * A TCP port that nobody listens on, and that no other test gets as long as this process runs: a UDP socket on its number
 * claims it, as `testing::Port` does in Rust. It is none of those that outgoing connections get, or one of them could take it
 * before the program that it is for, or while that is being started again.
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    const claim = createSocket('udp4').unref();
    if (await takes(claim, () => claim.bind({ port, address: '127.0.0.1', exclusive: true }))) {
      const server = createServer();
      if (await takes(server, () => server.listen(port))) {
        server.close();
        await once(server, 'close');
        return port;
      }
      claim.close();
    }
  }
}

/** Whether a socket gets the address that `ask` asks for. */
function takes(socket, ask) {
  return new Promise((resolve) => {
    socket.once('listening', () => resolve(true)).once('error', () => resolve(false));
    ask();
  });
}

/** A new empty folder; `remove()` takes it away again. */
export async function temporaryFolder(name = 'roomtalk') {
  const folder = await mkdtemp(path.join(tmpdir(), `${name}-`));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Waits until `condition` gives something true, and gives that; fails with the last error after `timeout` ms. */
export async function until(condition, { timeout = 20_000, interval = 20, what = 'a condition' } = {}) {
  const end = Date.now() + timeout;
  let last;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`timed out waiting for ${what}${last ? `: ${last.message}` : ''}`);
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}

/** True when every thread of a process is stopped. */
async function isStopped(pid) {
  const threads = await readdir(`/proc/${pid}/task`);
  const states = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8')));
  return states.every((state) => state.slice(state.lastIndexOf(')')).startsWith(') T'));
}

/** The memory of a process in bytes: what it has now, and the most that it has had. */
export async function memoryOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const bytes = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm'))[1]) * 1024;
  return { now: bytes('VmRSS'), most: bytes('VmHWM') };
}

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts a program. `output()` is all that it has printed so far.
 * `stop()` sends SIGTERM and waits for the end; `kill()` sends SIGKILL and waits.
 */
export function start(command, args, { env = {}, cwd = root } = {}) {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      printed = (printed + text).slice(-1_000_000);
    });
  }
  let failure;
  const ended = new Promise((resolve) => {
    child.on('error', (error) => {
      failure = error;
      running.delete(child);
      resolve({ code: null, signal: null });
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
  const end = async (signal) => {
    if (running.has(child)) child.kill(signal);
    return ended;
  };
  const name = path.basename(command);
  return {
    pid: child.pid,
    ended,
    output: () => printed,
    signal: (name) => child.kill(name),
    /** SIGSTOP, and waits until it has taken effect. */
    pause: async () => {
      child.kill('SIGSTOP');
      await until(() => isStopped(child.pid), { what: `${name} to stand still` });
    },
    /** SIGCONT. */
    resume: () => child.kill('SIGCONT'),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    /** Waits for `ready()`; fails at once, with what was printed, when the program ends before. */
    async ready(ready, timeout = 30_000) {
      await until(
        async () => {
          if (failure) throw failure;
          return !running.has(child) || (await ready());
        },
        { timeout, what: `${name} to be ready` },
      ).catch((error) => {
        child.kill('SIGKILL');
        throw new Error(`${error.message}\n${printed}`);
      });
      if (!running.has(child)) throw new Error(`${name} ended before it was ready: ${failure ?? ''}\n${printed}`);
    },
  };
}
