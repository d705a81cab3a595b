/** Nothing but marks, of which Markdown would leave an empty list, quote or rule. */
const MARKS = /^(?:[\s#>*+=_~|()[\]!-]|\d+[.)](?=\s|$))*$/;
/** Nothing but the targets of links, which are never shown. */
const TARGETS = /^\s*\[[^\]\n]+\]:[^\n]*(?:\n\s*\[[^\]\n]+\]:[^\n]*)*\s*$/;

/** Whether a message would lose all that its sender typed if it were read as Markdown: `-`, `>`, `1.`, `---`, `[a]: b`. */
export const isPlain = (content: string): boolean => MARKS.test(content) || TARGETS.test(content);
