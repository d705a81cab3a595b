import { IMAGE_BYTES, IMAGES_PER_MESSAGE } from '../images/limits';

/** Why a file is not among the images. */
export type Problem = 'notImage' | 'unreadable' | 'tooLarge' | 'tooMany';

/** The files that were left out, by reason. */
export type Problems = Readonly<Partial<Record<Problem, readonly string[]>>>;

/** What the sentences say besides the names. */
export const LIMITS = { megabytes: IMAGE_BYTES / 2 ** 20, count: IMAGES_PER_MESSAGE } as const;

export function withProblem(problems: Problems, problem: Problem, names: readonly string[]): Problems {
  return names.length === 0 ? problems : { ...problems, [problem]: [...(problems[problem] ?? []), ...names] };
}
