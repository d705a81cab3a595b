import type { Message } from '../api/types';

/**
 * Puts messages into a list ordered by seq. Seq is the only key: ids are public, so a stranger's message with a known id
 * must not replace another. A message that comes again takes the place of the older copy.
 * Gives the same array back when nothing is new.
 */
export function mergeBySeq(known: readonly Message[], incoming: readonly Message[]): readonly Message[] {
  if (incoming.length === 0) return known;
  const added = ordered(incoming);
  const [first, last] = [added[0], added.at(-1)];
  const [oldest, newest] = [known[0], known.at(-1)];
  if (!first || !last) return known;
  if (!oldest || !newest) return added;
  if (first.seq > newest.seq) return [...known, ...added];
  if (last.seq < oldest.seq) return [...added, ...known];
  return interleave(known, added);
}

function ordered(messages: readonly Message[]): Message[] {
  const bySeq = new Map(messages.map((message) => [message.seq, message]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

function interleave(known: readonly Message[], added: readonly Message[]): readonly Message[] {
  const result: Message[] = [];
  let changed = false;
  let next = 0;
  for (const message of known) {
    for (let other = added[next]; other && other.seq < message.seq; other = added[next]) {
      result.push(other);
      changed = true;
      next += 1;
    }
    const same = added[next];
    if (same?.seq === message.seq) {
      next += 1;
      const equal = same.id === message.id && same.content === message.content;
      result.push(equal ? message : same);
      changed ||= !equal;
    } else {
      result.push(message);
    }
  }
  const rest = added.slice(next);
  return changed || rest.length > 0 ? [...result, ...rest] : known;
}
