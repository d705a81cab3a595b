import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import go from 'highlight.js/lib/languages/go';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import markdown from 'highlight.js/lib/languages/markdown';
import python from 'highlight.js/lib/languages/python';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { createElement, type ReactNode } from 'react';

const LANGUAGES = { bash, c, cpp, css, diff, go, java, javascript, json, markdown, python, rust, sql, typescript, xml, yaml };
for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language);

/** Longest code that gets colours, in characters. */
const LONGEST = 20_000;

/** The code in coloured pieces, or null where the language is not known. */
export function highlight(code: string, language: string): ReactNode {
  if (!hljs.getLanguage(language) || code.length > LONGEST) return null;
  return toNodes(hljs.highlight(code, { language, ignoreIllegals: true }).value);
}

const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#x27;': "'" };

/** highlight.js answers HTML: spans with a class, and escaped text. It becomes elements, so no HTML is ever set. */
function toNodes(html: string): ReactNode[] {
  const root: ReactNode[] = [];
  const open: { className: string; children: ReactNode[] }[] = [];
  for (const [token] of html.matchAll(/<span class="[^"]*">|<\/span>|[^<]+/g)) {
    const siblings = open.at(-1)?.children ?? root;
    if (token === '</span>') {
      const done = open.pop();
      const parent = open.at(-1)?.children ?? root;
      if (done) parent.push(createElement('span', { key: parent.length, className: done.className }, done.children));
    } else if (token.startsWith('<span')) {
      open.push({ className: token.slice(13, -2), children: [] });
    } else {
      siblings.push(token.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => ENTITIES[entity] ?? entity));
    }
  }
  return root;
}
