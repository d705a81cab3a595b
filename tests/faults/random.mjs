// Decisions from a seed: the same seed decides the same, whatever the clock says.

/** A 32-bit number from a text (FNV-1a). */
function hash(text) {
  let h = 0x811c9dc5;
  for (const unit of text) h = Math.imul(h ^ unit.codePointAt(0), 0x01000193);
  return h >>> 0;
}

/** A source of decisions. `fork(label)` gives an independent one, so that one part's decisions don't shift another's. */
export function seeded(seed) {
  let state = hash(String(seed));
  // Mulberry32.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (least, most) => least + Math.floor(next() * (most - least + 1));
  return {
    /** 0 <= n < 1. */
    next,
    /** An integer, both ends included. */
    int,
    pick: (list) => list[int(0, list.length - 1)],
    chance: (p) => next() < p,
    fork: (label) => seeded(`${seed}/${label}`),
    /** A version-4 UUID. */
    uuid() {
      const digits = Array.from({ length: 32 }, () => int(0, 15).toString(16));
      digits[12] = '4';
      digits[16] = (8 + int(0, 3)).toString(16);
      return digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
  };
}
