// What writers do.

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends `n` messages, `window` at a time; each is tried until it is acknowledged or its patience ends. */
export async function talk({ recorder, random, signal }, { role, client }, n, { window = role.window, pause = role.pause } = {}) {
  const own = random.fork(`talk ${role.name} ${recorder.sends.length}`);
  const items = Array.from({ length: n }, (_, i) => ({
    id: own.uuid(),
    content: own.chance(role.large ?? 0.1) ? `${role.name} ${i} ${'x'.repeat(own.int(500, role.large ? 15_000 : 4000))}` : `${role.name} ${i}`,
    patience: own.chance(0.2) ? 1 : Infinity,
    pause: own.int(0, 2 * pause),
  }));
  const worker = async () => {
    for (;;) {
      const item = items.shift();
      if (!item || signal.aborted) return;
      await sleep(item.pause);
      const { entry, outcome } = recorder.send(role.name, item.id);
      for (let tries = 0; tries < item.patience && !signal.aborted; ) {
        if (!(await client.whenJoined(signal))) continue;
        const result = settled(await client.attempt(item), entry);
        outcome(result);
        tries += 1;
        if (result.kind === 'acked' || result.forgotten) break;
        await sleep(50 + 50 * Math.min(tries, 6));
      }
    }
  };
  await Promise.all(Array.from({ length: window }, worker));
}

/** A retry that finds its id used: the first attempt was stored, and what it stored is trimmed by now. */
function settled(result, { attempts }) {
  const forgotten = result.code === 'id_reused' && attempts.some(({ kind }) => kind === 'unknown');
  return forgotten ? { kind: 'unknown', why: result.code, forgotten } : result;
}
