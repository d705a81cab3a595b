// The mixes: what each seed of them does. A plan holds decisions only, so that it can be printed and played again.
import { patience, presence, replaced, token } from './audits.mjs';
import { cast, clients, schedule, STORE, TCP } from './plans.mjs';
import { replica } from './replica.mjs';

export const mixes = [
  {
    name: 'client cuts',
    about: 'the ways between clients and hub break, over WebSocket and over long-polling',
    plan(random) {
      const all = clients(random, `${cast(random)}wp`);
      const ms = 2200;
      const faults = schedule(random, random.int(4, 10), ms, () => {
        const { name } = random.pick(all);
        return random.chance(0.1) ? { on: `reload/${name}` } : { on: `client/${name}`, ...TCP(random) };
      });
      return { ms, stack: { backend: random.pick(['redis', 'embedded']) }, clients: all, faults };
    },
  },
  {
    name: 'hub-store faults',
    about: 'between hub and store connections break, and the store refuses, stalls, and loses its answers',
    plan(random) {
      const all = clients(random, cast(random));
      const ms = 2000;
      const faults = schedule(random, random.int(3, 7), ms, () =>
        random.chance(0.5) ? { on: 'way/hub0:store', ...STORE(random) } : { on: 'way/hub0:tcp', ...TCP(random) },
      );
      // One call in four meets a store that takes 10 s to answer.
      if (random.chance(0.25)) faults.unshift({ at: 50, on: 'way/hub0:store', kind: 'stall', ms: 400, share: 0.3 });
      return { ms, stack: { backend: random.pick(['redis', 'embedded']) }, clients: all, faults };
    },
  },
  {
    name: 'edge-store faults',
    about: 'the same between edge and store, with senders and pollers by REST beside sockets',
    plan(random) {
      const all = clients(random, `${random.pick(['w', 'p', 'wp'])}${random.pick(['rr', 'rrr'])}${random.pick(['g', 'gg'])}`);
      const ms = 2000;
      const faults = schedule(random, random.int(3, 7), ms, () =>
        random.chance(0.5) ? { on: 'way/edge:store', ...STORE(random) } : { on: 'way/edge:tcp', ...TCP(random) },
      );
      if (random.chance(0.25)) faults.unshift({ at: 50, on: 'way/edge:store', kind: 'stall', ms: 400, share: 0.3 });
      return { ms, stack: { backend: 'redis', edge: true }, clients: all, faults };
    },
  },
  {
    name: 'kills',
    about: 'hub, gateway, redis-server and edge are killed, or the hub ended in order, and come back',
    plan(random) {
      const all = clients(random, `${cast(random)}${random.pick(['r', 'rr'])}g`);
      const ms = 2500;
      const backend = random.pick(['redis', 'redis', 'embedded']);
      const names = ['hub0', 'gateway', 'edge', ...(backend === 'redis' ? ['redis'] : [])];
      // Each process once at most: while it is being started again it can't be killed.
      const faults = schedule(random, random.int(1, 3), ms, () => {
        const [name] = names.splice(random.int(0, names.length - 1), 1);
        const kind = name === 'hub0' ? random.pick(['kill', 'end']) : 'kill';
        return { on: `process/${name}`, kind, ms: random.pick([0, 50, 300, 700]) };
      });
      return { ms, stack: { backend, edge: true, proxies: false }, clients: all, faults };
    },
  },
  {
    name: 'stopped processes',
    about: 'hub, gateway, redis-server and edge are stopped by SIGSTOP and go on later',
    plan(random) {
      const all = clients(random, `${cast(random)}${random.pick(['r', 'rr'])}g`);
      const ms = 2500;
      const names = ['hub0', 'gateway', 'edge', 'redis'];
      const faults = schedule(random, random.int(1, 3), ms, () => {
        const [name] = names.splice(random.int(0, names.length - 1), 1);
        // At times for longer than a store call's deadline and a client's patience.
        return { on: `process/${name}`, kind: 'stop', ms: random.chance(0.15) ? 5500 : random.pick([100, 400, 1200]) };
      });
      return { ms, stack: { backend: 'redis', edge: true, proxies: false }, clients: all, faults };
    },
  },
  {
    name: 'moving between hubs',
    about: 'two or three hubs, clients that go from one to another, hubs whose events come late or that are cut off',
    audits: [presence],
    plan(random) {
      const hubs = random.int(2, 3);
      const all = clients(random, `${cast(random)}w`, { hubs });
      const ms = 2200;
      const faults = schedule(random, random.int(5, 12), ms, () => {
        const name = random.pick(all).name;
        if (random.chance(0.6)) return { on: `move/${name}`, hub: random.int(0, hubs - 1) };
        const hub = random.int(0, hubs - 1);
        if (random.chance(0.5)) return { on: `way/hub${hub}:store`, kind: random.pick(['late-events', 'end-stream', 'silent', 'twice']), ms: random.int(50, 900) };
        return { on: `way/hub${hub}:tcp`, ...TCP(random) };
      });
      return { ms, stack: { backend: random.pick(['redis', 'embedded']), hubs }, clients: all, faults };
    },
  },
  {
    name: 'rolling restarts',
    about: 'three hubs and two edges behind one address are ended in order and replaced, one after the other and twice, while people talk',
    audits: [presence, replaced, patience],
    few: 12,
    plan(random) {
      const all = clients(random, `${random.pick(['ww', 'www'])}${random.pick(['r', 'rr'])}${random.pick(['g', 'gg'])}`);
      const round = () => {
        const names = ['hub0', 'hub1', 'hub2', 'edge0', 'edge1'];
        return Array.from({ length: names.length }, () => names.splice(random.int(0, names.length - 1), 1)[0]);
      };
      const faults = [{ at: random.int(100, 400), on: 'roll/all', names: [...round(), ...round()], messages: random.int(3, 6) }];
      return { ms: 500, stack: { backend: random.pick(['redis', 'embedded']), hubs: 3, edges: 2, proxies: false }, clients: all, faults };
    },
  },
  {
    name: 'silent stream',
    about: 'the event stream is open and says nothing, comes late, twice, with holes, or ends',
    plan(random) {
      const all = clients(random, `${cast(random)}${random.pick(['r', ''])}`);
      const ms = 2200;
      const kinds = ['silent', 'silent', 'late-events', 'twice', 'end-stream', 'drop'];
      const faults = schedule(random, random.int(2, 4), ms, () => ({
        on: 'way/hub0:store',
        kind: random.pick(kinds),
        ms: random.int(100, 1200),
        share: random.pick([0.3, 0.7]),
      }));
      // A message that is not published is found out by the next one, which is, however late this machine is by then.
      const last = all.find(({ kind }) => kind === 'socket').name;
      if (faults.some(({ kind }) => kind === 'drop')) faults.push({ at: ms + 1300, on: 'way/hub0:store', kind: 'heal' }, { at: ms + 1300, on: `burst/${last}`, n: 3 });
      const edge = all.some(({ kind }) => kind === 'rest');
      return { ms: Math.max(ms, faults.at(-1).at), stack: { backend: 'redis', edge }, clients: all, faults };
    },
  },
  {
    name: 'trimmed history',
    about: 'while a client is away, more is said than the room keeps or a page holds',
    plan(random) {
      const all = clients(random, random.pick(['wwpg', 'wpg', 'wwgg']), { sends: [3, 6] });
      const ms = 2000;
      const away = all.filter(({ kind }) => kind === 'socket').slice(1);
      const faults = [
        ...away.map(({ name }) => ({ at: random.int(200, 500), on: `client/${name}`, kind: random.pick(['cut', 'reset', 'half-open']), ms: random.int(500, 1200) })),
        { at: random.int(550, 800), on: `burst/${all[0].name}`, n: random.pick([15, 60, 150, 260]) },
        // Without its memory the hub depends on what the store still has.
        ...(random.chance(0.5) ? [{ at: random.int(850, 1300), on: 'process/hub0', kind: 'kill', ms: random.pick([0, 200]) }] : []),
      ].sort((a, b) => a.at - b.at);
      return { ms, reloads: true, stack: { backend: random.pick(['redis', 'embedded']), edge: true, history: random.pick([20, 40, 120]) }, clients: all, faults };
    },
  },
  {
    name: 'lagging replicas',
    about: 'reads come from a replica behind the leader, except those whose sync token it does not know yet',
    route: ({ lag }) => (stack, keep) => replica({ ...stack, keep, lag }),
    plan(random) {
      const all = clients(random, `${random.pick(['w', 'p', 'wp'])}wr${random.pick(['r', 'g', 'gg'])}`);
      // A hub that writes nothing knows of no write: what others append it reads from the replica.
      if (random.chance(0.6)) for (const one of all) if (one.kind === 'socket') one.sends = 0;
      // Of large messages the hub's memory holds less than a page.
      const large = random.chance(0.4);
      if (large) for (const one of all) Object.assign(one, { large: 0.8, ...(one.kind === 'rest' ? { sends: 30, pause: 30, window: 4 } : {}) });
      const ms = 2200;
      const sockets = all.filter(({ kind }) => kind === 'socket');
      const faults = schedule(random, random.int(5, 9), ms, () => {
        const { name } = random.pick(sockets);
        const hit = random.next();
        if (hit < 0.2) return { on: `client/${name}`, kind: 'cut', ms: random.pick([0, 100, 400]) };
        if (hit < 0.4) return { on: `reload/${name}` };
        return { on: 'way/hub0:store', kind: random.pick(['drop', 'drop', 'late-events', 'end-stream']), ms: random.int(100, 900), share: 0.5 };
      });
      if (random.chance(0.3)) faults.push({ at: random.int(500, 1500), on: 'process/hub0', kind: 'kill', ms: random.pick([0, 200]) });
      faults.sort((a, b) => a.at - b.at);
      // When the replica has all that the hub wrote, messages come that are not published, and one that is.
      const lag = random.pick([200, 800, 2500]);
      const quiet = ms + lag + random.int(100, 600);
      const writer = all.find(({ kind }) => kind === 'rest').name;
      faults.push({ at: quiet, on: 'way/hub0:store', kind: 'drop', ms: 300, share: 1 });
      faults.push({ at: quiet + 20, on: `burst/${writer}`, n: random.int(1, 3) });
      faults.push({ at: quiet + 500, on: 'way/hub0:store', kind: 'heal' });
      faults.push({ at: quiet + 500, on: `burst/${writer}`, n: 1 });
      return { ms: quiet + 600, lag, stack: { backend: 'redis', edge: true, beat: 30_000 }, clients: all, faults };
    },
  },
  {
    name: 'clock jumps',
    about: 'the wall clocks of hubs, edge, gateway and redis-server jump by seconds to hours, forwards and backwards, with limits on',
    audits: [presence, token],
    plan(random) {
      const all = clients(random, `${cast(random)}wr${random.pick(['r', 'g', 'gr'])}`, { hubs: 2 });
      const ms = 2500;
      const backend = random.pick(['redis', 'embedded']);
      const store = backend === 'redis' ? 'redis' : 'gateway';
      const names = ['hub0', 'hub1', 'edge', 'gateway', store, store];
      // The store keeps the mark of a message's id for a day: its clock never jumps that far.
      const faults = schedule(random, random.int(5, 9), ms, () => {
        if (random.chance(0.25)) return { on: `client/${random.pick(all.filter(({ kind }) => kind === 'socket')).name}`, ...TCP(random) };
        return { on: `clock/${random.pick(names)}`, ms: random.pick([-1, 1]) * random.pick([2000, 90_000, 3_600_000, 39_600_000]) };
      });
      // The store thinks that no hub has given a sign of life for long, and a hub comes that has heard of none.
      if (random.chance(0.5)) {
        const at = random.int(500, 1500);
        faults.push({ at, on: `clock/${store}`, ms: 39_600_000 }, { at: at + 50, on: 'process/hub1', kind: 'end', ms: 0 });
        faults.sort((a, b) => a.at - b.at);
      }
      return { ms, stack: { backend, hubs: 2, edge: true, proxies: false, clocks: true, limits: 'messages=20/s:40', beat: 3000 }, clients: all, faults };
    },
  },
  {
    name: 'reconnect storm',
    about: '2 000 sockets in one room lose their hub and come back within 5 s, while others talk',
    few: 1,
    jobs: 1,
    plan(random) {
      const all = clients(random, 'ww', { sends: [30, 30], pause: [150, 150] });
      const faults = [{ at: 500, on: 'process/hub0', kind: 'kill', ms: 200 }];
      return { ms: 6000, crowd: 2000, stack: { backend: 'redis', proxies: false }, clients: all, faults };
    },
  },
];

export const mixNamed = (name) => mixes.find((mix) => mix.name === name || mix.name.replaceAll(' ', '-') === name);
