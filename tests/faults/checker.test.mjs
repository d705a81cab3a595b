// The checker itself: it finds each kind of fault in histories made by hand, and nothing in a good one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { check, outcomeOf } from './checker.mjs';
import { seeded } from './random.mjs';

const acked = (seq) => ({ kind: 'acked', seq });
const refused = { kind: 'refused', code: 'store_unavailable' };
const unknown = { kind: 'unknown', why: 'no answer' };
const message = (seq) => ({ type: 'message', seq, id: `m${seq}` });
const page = (after, seqs, more = {}) => ({
  type: 'page',
  after,
  recovered: after !== null,
  latestSeq: seqs.at(-1) ?? after ?? 1,
  messages: seqs.map((seq) => ({ seq, id: `m${seq}` })),
  ...more,
});
const entry = (seq, id = `m${seq}`) => ({ seq, kind: 'message', id });

/** A good run of five messages: acknowledged, and shown to a member that was cut once. */
const good = () => ({
  sends: [2, 3, 4, 5, 6].map((seq) => ({ client: 'a', id: `m${seq}`, attempts: [acked(seq)] })),
  members: [
    { name: 'b', events: [page(null, []), message(2), message(3), { type: 'cut' }, page(3, [4, 5]), message(6)] },
    { name: 'c', events: [page(null, [2, 3]), message(4), message(5), message(6)] },
  ],
  log: [{ seq: 1, kind: 'created', id: '' }, ...[2, 3, 4, 5, 6].map((seq) => entry(seq))],
  goal: 6,
});
/** The demands that a changed good run breaks. */
const broken = (change) => {
  const history = good();
  change(history);
  return [...new Set(check(history).map(({ demand }) => demand))].sort();
};

describe('the checker', () => {
  test('finds nothing in a good history', () => assert.deepEqual(broken(() => {}), []));

  test('finds an acknowledged message that is not stored', () => {
    assert.deepEqual(broken((h) => { h.sends.push({ client: 'a', id: 'x', attempts: [acked(7)] }); }), ['acknowledged means stored']);
  });

  test('finds an acknowledged message that is stored at another seq', () => {
    assert.ok(broken((h) => { h.sends[0].attempts = [acked(3)]; }).includes('acknowledged means stored'));
  });

  test('finds a message that was stored twice', () => {
    assert.ok(broken((h) => { h.log.push(entry(7, 'm6')); }).includes('stored once'));
    assert.ok(broken((h) => { h.sends[0].attempts = [acked(2), acked(6)]; }).includes('stored once'));
  });

  test('finds a hole in the log', () => {
    assert.ok(broken((h) => { h.log.splice(3, 1); }).includes('no holes'));
  });

  test('finds a message that a member never saw', () => {
    assert.deepEqual(broken((h) => { h.members[1].events.pop(); }), ['nothing lost']);
  });

  test('finds a member that never came in', () => {
    assert.deepEqual(broken((h) => { h.members[1].events = []; }), ['nothing lost']);
  });

  test('finds a message that was skipped, live and in a resume', () => {
    assert.deepEqual(broken((h) => { h.members[1].events.splice(2, 1); }), ['no gap']);
    assert.deepEqual(broken((h) => { h.members[0].events[4].messages.shift(); }), ['no gap']);
  });

  test('finds a message that was shown twice, live and in a resume', () => {
    assert.deepEqual(broken((h) => { h.members[1].events.push(message(6)); }), ['seen once']);
    assert.deepEqual(broken((h) => { h.members[0].events[4].messages.unshift({ seq: 3, id: 'm3' }); }), ['seen once']);
  });

  test('finds messages in the wrong order', () => {
    const found = broken((h) => {
      const { events } = h.members[1];
      [events[1], events[2]] = [events[2], events[1]];
    });
    assert.ok(found.includes('no gap') && found.includes('in order'), found);
  });

  test('finds two members who saw another message at the same place', () => {
    assert.ok(broken((h) => { h.members[1].events[1] = { type: 'message', seq: 4, id: 'm5' }; }).includes('one order'));
  });

  test('finds a refused message that is stored or was shown', () => {
    assert.deepEqual(broken((h) => { h.sends[4].attempts = [refused]; }), ['refused means not shown', 'refused means not stored']);
    const shown = broken((h) => {
      h.sends.push({ client: 'a', id: 'm7', attempts: [refused] });
      h.members[1].events.push(message(7));
    });
    assert.deepEqual(shown, ['refused means not shown']);
  });

  test('finds a message that nobody sent', () => {
    assert.deepEqual(broken((h) => { h.sends.pop(); }), ['only what was sent']);
  });

  test('finds a reload for which there was no reason, and a resync that was not followed', () => {
    const reload = (h) => { h.members[0].events[4] = page(3, [4, 5], { recovered: false }); };
    assert.deepEqual(broken(reload), ['no reload without need']);
    assert.deepEqual(broken((h) => { reload(h); h.reloads = true; }), []);
    const replaced = (h) => {
      h.reloads = true;
      h.members[1].events.push({ type: 'reload', messages: [{ seq: 6, id: 'm6' }] });
    };
    assert.deepEqual(broken(replaced), ['told and reloaded']);
    assert.deepEqual(broken((h) => { replaced(h); h.members[1].events.push(page(null, [5, 6])); }), []);
  });

  test('lets an unknown outcome be either, and a retry settle it', () => {
    assert.deepEqual(broken((h) => { h.sends[0].attempts = [unknown]; }), []);
    assert.deepEqual(broken((h) => { h.sends.push({ client: 'a', id: 'x', attempts: [unknown, refused] }); }), []);
    assert.deepEqual(broken((h) => { h.sends[0].attempts = [refused, unknown, acked(2)]; }), []);
    assert.equal(outcomeOf({ attempts: [refused, unknown] }), 'unknown');
  });

  test('knows that trimmed history is not lost', () => {
    assert.deepEqual(broken((h) => { h.log.splice(0, 3); }), []);
  });

  test('does not ask of a member that left what was said later', () => {
    assert.deepEqual(broken((h) => { h.members[1].gone = true; h.members[1].events.length = 2; }), []);
  });
});

describe('a seed', () => {
  test('decides the same each time, and another seed otherwise', () => {
    const draw = (seed) => { const r = seeded(seed); return Array.from({ length: 20 }, () => r.int(0, 999)); };
    assert.deepEqual(draw(7), draw(7));
    assert.notDeepEqual(draw(7), draw(8));
    assert.match(seeded(1).uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
