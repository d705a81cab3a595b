// Judges the history of a run against the promises. Pure: no clock, no network.
//
// A history is
//   sends    what clients sent and how each attempt ended (`recorder.mjs`)
//   members  readers, each with its events in the order of arrival:
//              {type: 'page', after, recovered, latestSeq, messages}  a join or a read by `after` (null: from the newest
//                                                    page) and what came with it
//              {type: 'message', seq, id}            a live message
//              {type: 'reload', messages}            the hub replaced the history by itself, and said so by `resync`
//              {type: 'cut' | 'leave' | …}           nothing to judge; a stay ends with `leave`
//   log      the room's entries in the store at the end, {seq, kind, id}; what was trimmed is not in it
//   goal     seq that every reader must have reached, but those with `gone: true`
//   reloads  whether the run gives a reason to start again from the newest page (history trimmed, replicas far behind)

/** What became of a message: `acked` (any attempt), else `unknown` (any), else `refused`; `unsent` without an attempt. */
export function outcomeOf({ attempts }) {
  for (const kind of ['acked', 'unknown', 'refused']) if (attempts.some((attempt) => attempt.kind === kind)) return kind;
  return 'unsent';
}

/** All broken demands, each `{demand, text, seqs, ids, members}`; empty when the promises were kept. */
export function check({ sends, members, log, goal, reloads = false }) {
  const found = [];
  const broken = (demand, text, { seqs = [], ids = [], member } = {}) =>
    found.push({ demand, text, seqs, ids, ...(member ? { member: member.name } : {}) });

  const sent = new Map();
  for (const send of sends) {
    if (sent.has(send.id)) broken('harness', `the id ${send.id} was chosen twice`, { ids: [send.id] });
    sent.set(send.id, send);
  }

  // The log itself: no holes, nothing twice.
  const oldest = log[0]?.seq ?? 1;
  const newest = log.at(-1)?.seq ?? 0;
  const others = new Set(log.filter(({ kind }) => kind !== 'message').map(({ seq }) => seq));
  // The first entry of every room is its creation, also when that was trimmed.
  others.add(1);
  const stored = new Map();
  log.forEach(({ seq, kind, id }, index) => {
    const before = log[index - 1]?.seq ?? seq - 1;
    if (seq !== before + 1) broken('no holes', `the log goes from ${before} to ${seq}`, { seqs: [before, seq] });
    if (kind !== 'message') return;
    if (stored.has(id)) broken('stored once', `${id} is stored at ${stored.get(id)} and at ${seq}`, { seqs: [stored.get(id), seq], ids: [id] });
    stored.set(id, seq);
  });

  // One order for all: each seq names one message, whoever says so.
  const names = new Map();
  const name = (seq, id, who, member) => {
    const known = names.get(seq);
    if (known === undefined) names.set(seq, { id, who });
    else if (known.id !== id) {
      broken('one order', `seq ${seq} is ${known.id} by ${known.who}, and ${id} by ${who}`, { seqs: [seq], ids: [known.id, id], member });
    }
  };
  for (const [id, seq] of stored) name(seq, id, 'the log');

  for (const send of sends) {
    const { id, client, attempts } = send;
    const seqs = [...new Set(attempts.filter(({ kind }) => kind === 'acked').map(({ seq }) => seq))];
    if (seqs.length > 1) broken('stored once', `${id} was acknowledged at ${seqs.join(' and ')}`, { seqs, ids: [id] });
    for (const seq of seqs) {
      name(seq, id, `the answer to ${client}`);
      if (seq >= oldest && stored.get(id) !== seq) {
        const where = stored.has(id) ? `stored at ${stored.get(id)}` : 'not stored';
        broken('acknowledged means stored', `${id} was acknowledged at ${seq} and is ${where}`, { seqs: [seq], ids: [id] });
      }
      if (seq > newest) broken('acknowledged means stored', `${id} was acknowledged at ${seq}, the log ends at ${newest}`, { seqs: [seq], ids: [id] });
    }
    if (outcomeOf(send) === 'refused' && stored.has(id)) {
      const codes = attempts.map(({ code }) => code).join(', ');
      broken('refused means not stored', `${id} was refused (${codes}) and is stored at ${stored.get(id)}`, { seqs: [stored.get(id)], ids: [id] });
    }
  }
  for (const [id, seq] of stored) {
    if (!sent.has(id)) broken('only what was sent', `nobody sent ${id}, stored at ${seq}`, { seqs: [seq], ids: [id] });
  }

  // The next message after a seq, as far as the log tells of entries that are none.
  const following = (seq) => {
    let next = seq + 1;
    while (others.has(next)) next += 1;
    return next;
  };
  for (const member of members) {
    judgeReader({ member, sent, name, following, reloads, goal, broken });
  }
  return found;
}

/** One reader: everything since its first page exactly once and in order, or told and reloaded. */
function judgeReader({ member, sent, name, following, reloads, goal, broken }) {
  /** Everything up to here was seen; null: outside. */
  let last = null;
  let seen = new Set();
  let resynced = false;

  const show = (message, how) => {
    const { seq, id } = message;
    name(seq, id, member.name, member);
    const send = sent.get(id);
    if (!send) broken('only what was sent', `${member.name} was shown ${id} at ${seq}, which nobody sent`, { seqs: [seq], ids: [id], member });
    else if (outcomeOf(send) === 'refused') {
      broken('refused means not shown', `${member.name} was shown ${id} at ${seq}, which was refused`, { seqs: [seq], ids: [id], member });
    }
    const expected = following(last);
    if (seq > expected) {
      broken('no gap', `${member.name} was shown ${seq} after ${last} (${how}); ${expected} to ${seq - 1} are missing`, { seqs: [last, expected, seq], member });
    } else if (seen.has(seq)) {
      broken('seen once', `${member.name} was shown ${seq} again (${how})`, { seqs: [seq], ids: [id], member });
    } else if (seq < expected) {
      broken('in order', `${member.name} was shown ${seq} after ${last} (${how})`, { seqs: [last, seq], ids: [id], member });
    }
    seen.add(seq);
    last = Math.max(last, seq);
  };
  /** The view is thrown away and starts with these. */
  const restart = (messages, latest, how) => {
    seen = new Set();
    last = messages.length > 0 ? messages[0].seq - 1 : (latest ?? 0);
    for (const message of messages) show(message, how);
  };

  for (const event of member.events) {
    switch (event.type) {
      case 'page': {
        const { after, recovered, latestSeq, messages } = event;
        if (after !== null && after !== last) {
          broken('harness', `${member.name} resumed after ${after} and had seen ${last}`, { seqs: [after], member });
        }
        if (after !== null && recovered) {
          for (const message of messages) show(message, `resuming after ${after}`);
          break;
        }
        if (!reloads && after !== null) {
          broken('no reload without need', `${member.name} resumed after ${after} and was told to start again`, { seqs: [after], member });
        }
        restart(messages, latestSeq, 'a newest page');
        resynced = false;
        break;
      }
      case 'reload':
        if (!reloads) broken('no reload without need', `${member.name}'s history was replaced after ${last}`, { seqs: [last], member });
        restart(event.messages, null, 'a replaced history');
        resynced = true;
        break;
      case 'message':
        if (last === null) broken('in order', `${member.name} was shown ${event.seq} before any page`, { seqs: [event.seq], member });
        else show(event, 'live');
        break;
      case 'leave':
        last = null;
        seen = new Set();
        break;
      default:
    }
  }
  if (resynced && !member.gone) broken('told and reloaded', `${member.name} did not join again after a resync`, { member });
  if (last !== null && !member.gone && last < goal) {
    broken('nothing lost', `${member.name} has seen everything up to ${last}, and the room went on to ${goal}`, { seqs: [last, goal], member });
  }
  if (last === null && !member.gone) broken('nothing lost', `${member.name} never came into the room`, { member });
}
