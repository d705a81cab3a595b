// What is said of a seed that failed: enough to play it again and to see what happened.

/** How many violations are shown in full. */
const SHOWN = 5;

/** The command that plays a seed again; `cargo xtask faults` with the same flags builds first. */
const again = (mix, seed) => `node tests/faults/run.mjs --mix ${mix.name.replaceAll(' ', '-')} --seed ${seed}`;

/** Text about a failed seed. */
export function report(mix, { seed, error, plan, violations, history }) {
  const lines = [`mix ${mix.name}, seed ${seed}: again by  ${again(mix, seed)}`];
  lines.push(`  plan: ${JSON.stringify({ ms: plan.ms, stack: plan.stack, faults: plan.faults })}`);
  if (error) lines.push(`  ${error.stack}`);
  for (const violation of violations.slice(0, SHOWN)) {
    lines.push(`  broken: ${violation.demand}: ${violation.text}`);
    lines.push(...excerpt(history, violation).map((line) => `    ${line}`));
  }
  if (violations.length > SHOWN) lines.push(`  and ${violations.length - SHOWN} more`);
  return lines.join('\n');
}

/** The part of a history that a violation is about. */
function excerpt({ sends, members, log }, { seqs, ids, member }) {
  const lines = [];
  const about = new Set(ids);
  for (const { seq, id } of log) if (seqs.includes(seq)) about.add(id);
  for (const send of sends) {
    if (about.has(send.id)) lines.push(`sent by ${send.client} at ${send.at} ms: ${send.id} ${JSON.stringify(send.attempts.slice(0, 6))}`);
  }
  if (seqs.length === 0) return lines;
  const [low, high] = [Math.min(...seqs) - 2, Math.max(...seqs) + 2];
  lines.push(`log ${low} to ${high}: ${log.filter(({ seq }) => seq >= low && seq <= high).map(({ seq, id }) => `${seq}=${id.slice(0, 8)}`).join(' ')}`);
  const witness = members.find(({ name }) => name === member);
  if (witness) {
    const near = ({ seq, after, messages }) => [seq, after, ...(messages ?? []).map((m) => m.seq)].some((n) => n >= low && n <= high);
    const events = witness.events.map((event, i) => [i, event]);
    const indices = events.filter(([, event]) => near(event)).map(([i]) => i);
    const from = Math.max(0, Math.min(...indices, events.length - 4) - 2);
    const to = Math.max(...indices, from) + 3;
    for (const [, event] of events.slice(from, to).slice(0, 30)) lines.push(`${member}: ${brief(event)}`);
  }
  return lines;
}

function brief({ type, at, messages, id, ...rest }) {
  const list = messages ? ` [${messages.map(({ seq }) => seq).join(' ')}]` : '';
  return `${at} ms ${type} ${JSON.stringify(rest)}${id ? ` ${id.slice(0, 8)}` : ''}${list}`;
}
