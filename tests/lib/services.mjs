// The services of RoomTalk, each started apart or all as one unit, on free ports and in temporary folders.
import net from 'node:net';
import path from 'node:path';

import { binary, freePort, root, start, temporaryFolder, until } from './process.mjs';

export { freePort, temporaryFolder, until } from './process.mjs';

/** Where compiled components are kept between tests. */
const compiled = path.join(root, 'target/tmp/components');

/** True when the address answers 200. */
const answers = (url) => async () => (await fetch(url)).ok;
/** True when something accepts connections on the port. */
const accepts = (port) => () =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

/**
 * A real redis-server with an append-only file. `restart()` starts it again on the same port and data after `kill()` or
 * `stop()`.
 */
export async function startRedis({ port, args = [], env } = {}) {
  port ??= await freePort();
  const { folder, remove } = await temporaryFolder('redis');
  const launch = async () => {
    const service = start('redis-server', [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''],
      ...['--appendonly', 'yes', '--appendfsync', 'always', ...args],
    ], { env });
    await service.ready(accepts(port));
    return service;
  };
  let service = await launch();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    signal: (name) => service.signal(name),
    pause: () => service.pause(),
    resume: () => service.resume(),
    kill: () => service.kill(),
    /** Runs one command by redis-cli and gives what it prints. */
    command: async (...command) => {
      const cli = start('redis-cli', ['-p', String(port), '--raw', ...command]);
      const { code } = await cli.ended;
      if (code !== 0) throw new Error(cli.output());
      return cli.output().trimEnd();
    },
    restart: async () => {
      service = await launch();
    },
    stop: async () => {
      await service.stop();
      await remove();
    },
  };
}

/** The gateway alone. `backend` is `embedded` or a `redis://` address. */
export async function startGateway({ backend = 'embedded', port, token = 'test-token', dataDir, args = [], env } = {}) {
  port ??= await freePort();
  const own = dataDir ? undefined : await temporaryFolder('gateway');
  const folder = dataDir ?? own.folder;
  const url = `http://127.0.0.1:${port}`;
  const launch = async () => {
    const flags = ['--listen', `127.0.0.1:${port}`, '--token', token, '--data-dir', folder, ...args];
    if (backend !== 'embedded') flags.push('--redis-url', backend);
    const service = start(binary('redis-gateway'), flags, { env });
    await service.ready(accepts(port));
    return service;
  };
  let service = await launch();
  return {
    url,
    token,
    port,
    dataDir: folder,
    output: () => service.output(),
    signal: (name) => service.signal(name),
    pause: () => service.pause(),
    resume: () => service.resume(),
    kill: () => service.kill(),
    restart: async () => {
      service = await launch();
    },
    /** Runs one command and gives its result. */
    command: async (...command) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(command),
      });
      const { result, error } = await response.json();
      if (error) throw new Error(error);
      return result;
    },
    stop: async () => {
      const ended = await service.stop();
      await own?.remove();
      return ended;
    },
  };
}

/** A hub alone, on the store `redis` (`{url, token}` of a gateway). `program` is its binary. Its limits are off unless `env` says otherwise. */
export async function startHub({ redis, port, secret = 'test-secret', env = {}, program = 'realtime-hub' } = {}) {
  port ??= await freePort();
  const url = `http://127.0.0.1:${port}`;
  const launch = async () => {
    const service = start(binary(program), [], {
      env: {
        PORT: String(port),
        REDIS_URL: redis.url,
        REDIS_TOKEN: redis.token,
        CLIENT_TOKEN_SECRET: secret,
        RATE_LIMITS: 'off',
        ...env,
      },
    });
    await service.ready(answers(`${url}/readyz`));
    return service;
  };
  let service = await launch();
  return {
    url,
    port,
    pid: () => service.pid,
    output: () => service.output(),
    signal: (name) => service.signal(name),
    pause: () => service.pause(),
    resume: () => service.resume(),
    kill: () => service.kill(),
    end: () => service.stop(),
    stop: () => service.stop(),
    restart: async () => {
      service = await launch();
    },
  };
}

/**
 * The edge alone, on the store `redis`. Its limits are off unless `variables` say otherwise. `restart(manifest)` starts it with
 * another application.
 */
export async function startEdge({ redis, port, secret = 'test-secret', hubUrl, variables = {}, args = [], env } = {}) {
  port ??= await freePort();
  const url = `http://127.0.0.1:${port}`;
  let manifest = path.join(root, 'spin.toml');
  const all = {
    redis_url: redis.url,
    redis_token: redis.token,
    client_token_secret: secret,
    client_url: `${url},http://localhost:${port}`,
    rate_limits: 'off',
    ...(hubUrl ? { hub_url: hubUrl } : {}),
    ...variables,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['--variable', `${name}=${value}`]);
  flags.push('--listen', `127.0.0.1:${port}`, '--cache-dir', compiled, ...args);
  const launch = async () => {
    const service = start(binary('edge-host'), [manifest, ...flags], { env });
    await service.ready(accepts(port), 120_000);
    return service;
  };
  let service = await launch();
  return {
    url,
    port,
    output: () => service.output(),
    signal: (name) => service.signal(name),
    pause: () => service.pause(),
    resume: () => service.resume(),
    kill: () => service.kill(),
    end: () => service.stop(),
    stop: () => service.stop(),
    restart: async (other = manifest) => {
      manifest = other;
      service = await launch();
    },
  };
}

/**
 * Everything, by `roomtalk up`. Gives the addresses of edge and hub, the store's address and token.
 * `kill()` is SIGKILL; `restart()` starts it again on the same ports and data. Limits are off unless `env` says otherwise.
 */
export async function startRoomtalk({ redisUrl, redisToken, dataDir, env = {}, args = [] } = {}) {
  const own = dataDir ? undefined : await temporaryFolder('roomtalk');
  const folder = dataDir ?? own.folder;
  const [edgePort, hubPort, redisPort] = [await freePort(), await freePort(), await freePort()];
  const flags = ['up', '--edge-port', edgePort, '--hub-port', hubPort, '--redis-port', redisPort, '--data-dir', folder];
  if (redisUrl) flags.push('--redis-url', redisUrl);
  const token = redisToken ?? 'test-token';
  const launch = async () => {
    const service = start(binary('roomtalk'), [...flags.map(String), '--redis-token', token, ...args], {
      env: { CLIENT_TOKEN_SECRET: 'test-secret', CACHE_DIR: compiled, RATE_LIMITS: 'off', ...env },
    });
    await service.ready(() => /^ready http:\/\/\S+$/m.test(service.output()), 120_000);
    return service;
  };
  let service = await launch();
  return {
    edge: `http://localhost:${edgePort}`,
    hub: `http://localhost:${hubPort}`,
    store: redisUrl?.startsWith('http') ? redisUrl : `http://127.0.0.1:${redisPort}`,
    token,
    dataDir: folder,
    pid: () => service.pid,
    output: () => service.output(),
    signal: (name) => service.signal(name),
    pause: () => service.pause(),
    resume: () => service.resume(),
    kill: () => service.kill(),
    end: () => service.stop(),
    restart: async () => {
      service = await launch();
    },
    stop: async () => {
      const ended = await service.stop();
      await own?.remove();
      return ended;
    },
  };
}
