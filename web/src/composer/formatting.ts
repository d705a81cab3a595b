/** A text field's text and what is selected in it. */
export interface Selection {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export type Format = 'bold' | 'italic' | 'code' | 'codeBlock' | 'link';

/** What a key does together with Ctrl or Cmd. */
export function formatOf(key: string, shift: boolean): Format | undefined {
  switch (key.toLowerCase()) {
    case 'b':
      return 'bold';
    case 'i':
      return 'italic';
    case 'e':
      return shift ? 'codeBlock' : 'code';
    case 'k':
      return 'link';
    default:
      return undefined;
  }
}

/** The selection in a format. */
export function formatted(selection: Selection, format: Format): Selection {
  switch (format) {
    case 'bold':
      return toggle(selection, '**');
    case 'italic':
      return toggle(selection, '*');
    case 'code':
      return toggle(selection, '`');
    case 'codeBlock':
      return codeBlock(selection);
    case 'link':
      return link(selection);
  }
}

/** Puts marks around the selection, or takes them away when it has them already. */
function toggle({ text, start, end }: Selection, mark: string): Selection {
  const inside = text.slice(start, end);
  const around = text.slice(start - mark.length, start) === mark && text.slice(end, end + mark.length) === mark;
  // A single star within a pair of them belongs to bold.
  const longer = mark === '*' && text[start - 2] === '*' && text[end + 1] === '*' && text[start - 3] !== '*';
  if (around && !longer) {
    return {
      text: text.slice(0, start - mark.length) + inside + text.slice(end + mark.length),
      start: start - mark.length,
      end: end - mark.length,
    };
  }
  return {
    text: text.slice(0, start) + mark + inside + mark + text.slice(end),
    start: start + mark.length,
    end: end + mark.length,
  };
}

/** A link with the selection as its text; its address is selected, to be typed over. */
function link({ text, start, end }: Selection): Selection {
  const inside = text.slice(start, end);
  const address = 'https://';
  const at = start + inside.length + 3;
  return { text: `${text.slice(0, start)}[${inside}](${address})${text.slice(end)}`, start: at, end: at + address.length };
}

/** The selection on lines of its own, between fences. */
function codeBlock({ text, start, end }: Selection): Selection {
  const before = start === 0 || text[start - 1] === '\n' ? '' : '\n';
  const after = end === text.length || text[end] === '\n' ? '' : '\n';
  const opening = `${before}\`\`\`\n`;
  return {
    text: `${text.slice(0, start)}${opening}${text.slice(start, end)}\n\`\`\`${after}${text.slice(end)}`,
    start: start + opening.length,
    end: end + opening.length,
  };
}
