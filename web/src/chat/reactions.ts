import { createStore, useSelected } from '../store';

export type Reaction = 'like' | 'dislike';

/** By message id: what this reader thinks of it. Nobody else hears of it, and a reload forgets it. */
const reactions = createStore<ReadonlyMap<string, Reaction>>(new Map());

export const useReaction = (messageId: string): Reaction | undefined => useSelected(reactions, (all) => all.get(messageId));

/** Chooses one, in place of the other; choosing it again takes it back. */
export function toggleReaction(messageId: string, reaction: Reaction): void {
  const next = new Map(reactions.get());
  if (next.get(messageId) === reaction) next.delete(messageId);
  else next.set(messageId, reaction);
  reactions.set(next);
}

export const reactionTo = (messageId: string): Reaction | undefined => reactions.get().get(messageId);
