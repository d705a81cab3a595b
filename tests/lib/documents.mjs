// The documents of the project: their blocks, links, headings and what stands in backticks.
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { root } from './process.mjs';

const folders = ['.', 'docs'];

/** Paths of all documents, relative to the root. */
export const documents = folders.flatMap((folder) =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name))
    .sort(),
);

/** The text of a document. */
export const read = (file) => readFile(path.join(root, file), 'utf8');

/**
 * The fenced blocks of a text: language and marks of the info string (`sh run` is the language `sh` with the mark `run`),
 * the text between the fences, and the line on which it begins.
 */
export function blocks(text) {
  const found = [];
  let open;
  text.split('\n').forEach((line, at) => {
    const [, fence, info] = /^\s*(```+|~~~+)(.*)$/.exec(line) ?? [];
    if (!open && fence) {
      const [language = '', ...marks] = info.trim().split(/\s+/);
      open = { fence, language, marks, line: at + 2, lines: [] };
    } else if (open && line.trim() === open.fence) {
      const { language, marks, line: first, lines } = open;
      found.push({ language, marks, line: first, text: lines.join('\n') });
      open = undefined;
    } else if (open) {
      open.lines.push(line);
    }
  });
  if (open) throw new Error(`a block of line ${open.line - 1} has no end`);
  return found;
}

/** The text without its fenced blocks, whose lines become empty. */
export function prose(text) {
  const lines = text.split('\n');
  for (const block of blocks(text)) {
    const length = block.text.split('\n').length;
    lines.fill('', block.line - 2, block.line + length);
  }
  return lines.join('\n');
}

/** What stands in backticks. */
export const quoted = (text) => [...text.matchAll(/``(.+?)``(?!`)|`([^`\n]+)`/g)].map(([, double, single]) => double ?? single);

/** The rows of all tables of a text, each as its cells; heads are rows too. */
export function rows(text) {
  const lines = text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('|---'));
  return lines.map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()));
}

/** The part below a heading of this text, up to the next one of its level or above. */
export function section(text, heading) {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  if (first < 0) throw new Error(`there is no heading “${heading}”`);
  const [level] = /^#+/.exec(lines[first]);
  const length = lines.slice(first + 1).findIndex((line) => /^#+ /.test(line) && /^#+/.exec(line)[0].length <= level.length);
  return lines.slice(first + 1, length < 0 ? undefined : first + 1 + length).join('\n');
}

/** Targets of all links and images in a text, and addresses in angle brackets. */
export function links(text) {
  const bare = prose(text).replaceAll(/``.+?``(?!`)|`[^`\n]+`/g, '');
  const inline = [...bare.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const references = [...bare.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)];
  const addresses = [...bare.matchAll(/<([a-z]+:\/\/[^>\s]+)>/g)];
  return [...inline, ...references, ...addresses].map(([, target]) => target);
}

/** The anchors that GitHub makes of a text's headings. */
export function anchors(text) {
  const seen = new Map();
  return prose(text)
    .split('\n')
    .filter((line) => /^#{1,6} /.test(line))
    .map((line) => {
      const words = line.replace(/^#+ /, '').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').trim().toLowerCase();
      const slug = words.replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
      const times = seen.get(slug) ?? 0;
      seen.set(slug, times + 1);
      return times === 0 ? slug : `${slug}-${times}`;
    });
}
