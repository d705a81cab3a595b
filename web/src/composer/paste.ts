/** What a paste brings. */
export interface Pasted {
  readonly text: string;
  readonly files: readonly File[];
}

/**
 * Tells the text and the files of a paste apart. A program that copies text often adds a picture of it, and a file
 * manager adds the names of the files: neither is what was meant.
 */
export function pasted(clipboard: Pick<DataTransfer, 'files' | 'getData'>): Pasted {
  const files = [...clipboard.files];
  const text = clipboard.getData('text/plain');
  const html = clipboard.getData('text/html');
  if (files.length === 0 || text.trim() === '') return { text: files.length === 0 ? text : '', files };
  if (html !== '' && !/<img\b/i.test(html)) return { text, files: [] };
  const names = new Set(files.map(({ name }) => name));
  const onlyNames = text.trim().split(/\r?\n/).every((line) => names.has(line.split(/[\\/]/).at(-1) ?? ''));
  return { text: onlyNames ? '' : text, files };
}
