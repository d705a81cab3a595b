// What happened in a run, as its clients saw it; `checker.mjs` judges it.

/**
 * Writes down
 * - `sends`: `{client, id, attempts}`, each attempt `{kind: 'acked', seq}`, `{kind: 'refused', code}`, or
 *   `{kind: 'unknown', why}`;
 * - `members`: `{name, events}`, see `checker.mjs`.
 */
export class Recorder {
  sends = [];
  members = [];
  #start = Date.now();

  /** A message is about to be sent for the first time. */
  send(client, id) {
    const entry = { client, id, at: this.#now(), attempts: [] };
    this.sends.push(entry);
    return { entry, outcome: (outcome) => entry.attempts.push({ at: this.#now(), ...outcome }) };
  }

  /** A reader comes: a socket or a poller. */
  member(name) {
    const member = { name, events: [] };
    this.members.push(member);
    return { member, event: (event) => member.events.push({ at: this.#now(), ...event }) };
  }

  #now() {
    return Date.now() - this.#start;
  }
}

/** A stored or shown message as the checker wants it. */
export const place = ({ seq, id }) => ({ seq, id });
