// The corpus of hostile texts in corpus/: a file for each class, a text on each line, so that one more is one more line.
// In a file, `⏎` is a line break, `‹U+202E›` a character by its number, and `‹x × 9›` nine times x. A line that starts
// with `—— ` says what the class is.
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('./corpus/', import.meta.url);
const REMARK = '—— ';

/** Of every class, its texts. */
export const corpus = Object.fromEntries(
  readdirSync(folder)
    .toSorted()
    .map((file) => [file.replace('.txt', ''), textsOf(readFileSync(new URL(file, folder), 'utf8'))]),
);

/** The classes whose texts are messages; the others are about names. */
export const MESSAGES = Object.keys(corpus).filter((name) => !['names', 'blank'].includes(name));

function textsOf(file) {
  return file
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(REMARK))
    .map(text);
}

function text(line) {
  return line
    .replaceAll(/‹U\+([0-9A-F]+)›/g, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replaceAll(/‹([^‹›]+?) × (\d+)›/g, (_, piece, count) => piece.repeat(Number(count)))
    .replaceAll('⏎', '\n');
}

/** The first characters of a text, as many as a field takes. */
export const cut = (whole, characters) => [...whole].slice(0, characters).join('');
