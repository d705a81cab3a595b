import { cleanup, render } from '@testing-library/react';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';

import type { ImageRef } from '../api/types';
import { Markdown } from './Markdown';

afterEach(cleanup);
// Blocks of code ask for colours; the module must not come after the environment has gone.
afterAll(() => import('./highlight'));

const image = (id: string): ImageRef => ({
  id,
  url: `/api/rooms/room000001/images/${id}`,
  mimeType: 'image/png',
  width: 4,
  height: 3,
  bytes: 9,
});

const show = (content: string, images: readonly ImageRef[] = []) =>
  render(<Markdown content={content} images={images} />).container;

describe('Markdown in messages', () => {
  test('the usual marks become elements', () => {
    const shown = show('# Title\n\n**bold** *it* ~~no~~ `code`\n\n- a\n- b\n\n1. c\n\n> q\n\n| h |\n|---|\n| d |\n\n- [x] done');
    for (const selector of ['[role=heading]', 'strong', 'em', 'del', 'code', 'ul li', 'ol li', 'blockquote', 'table th', 'table td', '.task']) {
      expect(shown.querySelector(selector), selector).not.toBeNull();
    }
  });

  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<style>*{display:none}</style>',
    '<form action="javascript:alert(1)"><button>x</button></form>',
    '<iframe src="https://example.org"></iframe>',
    '<svg><a href="javascript:alert(1)">x</a></svg>',
    '<b onclick="alert(1)">x</b>',
    'a <b>b</b>\n\n<div>c</div>',
    '<!-- hidden -->',
  ])('%s stays text', (content) => {
    const shown = show(content);
    expect(shown.querySelector('script, img, style, form, button, iframe, svg, b, div > div div')).toBeNull();
    expect(shown.textContent).toContain(content.split('\n')[0]);
  });

  test.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](vbscript:x)',
    '[x](//example.org)',
    '[x](/settings)',
    '[x](#content)',
    '[x](blob:https://example.org/1)',
    '![x](javascript:alert(1))',
    '<javascript:alert(1)>',
    '[x]: javascript:alert(1)\n\n[x]',
  ])('%s is no link', (content) => {
    expect(show(content).querySelector('a, img')).toBeNull();
  });

  test('links leave without a trace of where they came from', () => {
    for (const content of ['[x](https://example.org/a)', 'https://example.org/a', '<https://example.org/a>']) {
      const link = show(content).querySelector('a');
      expect(link?.getAttribute('href')).toBe('https://example.org/a');
      expect(link?.getAttribute('rel')).toContain('noopener');
      expect(link?.getAttribute('rel')).toContain('noreferrer');
      expect(link?.getAttribute('target')).toBe('_blank');
      cleanup();
    }
  });

  test('images of other hosts are links, and the message’s own stand where the text places them', () => {
    const shown = show('![cat](https://example.org/cat.png)\n\n![](image:2) and ![](image:7)', [image('one'), image('two')]);
    expect(shown.querySelector('a')?.textContent).toBe('cat');
    expect([...shown.querySelectorAll('img')].map((element) => element.getAttribute('src'))).toEqual([image('two').url]);
  });

  test('a message sets no ids in the page', () => {
    expect(show('# root\n\n## content\n\nnote[^1]\n\n[^1]: a footnote').querySelector('[id]')).toBeNull();
  });

  test('code is shown as it was written', () => {
    const shown = show('```html\n<b>$x$ & "y"</b>\n```');
    expect(shown.querySelector('pre code')?.textContent).toBe('<b>$x$ & "y"</b>');
    expect(show('```\nunclosed').querySelector('pre code')?.textContent).toBe('unclosed');
  });

  test('a formula that is not typeset yet shows its source', () => {
    const shown = show('$a_1 + b_2$ and $5 and $6');
    expect(shown.querySelector('.formula')?.textContent).toBe('a_1 + b_2');
    expect(shown.textContent).toContain('and $5 and $6');
  });

  test.each(['-', '>', '#', '1.', '1. 2)', '---', '***', '=====', '[]()', '- - -', '> > >', '[a]: https://example.org', '[a]: b\n[c]: d'])(
    '%j stays as it was typed',
    (content) => {
      expect(show(content).querySelector('p')?.textContent).toBe(content);
    },
  );

  test.each(['a\n\n---\n\nb', '- a', '1. a', '> a', '# a', '[a]\n\n[a]: https://example.org', '```\n---\n```'])('%j is read as Markdown', (content) => {
    expect(show(content).querySelector('p')?.textContent).not.toBe(content);
  });

  test('lines of equals signs within a text are kept', () => {
    for (let length = 1; length < 12; length += 1) {
      expect(show(`a\n\n${'='.repeat(length)}`).textContent).toBe(`a${'='.repeat(length)}`);
      cleanup();
    }
    expect(show('==marked==').querySelector('mark')?.textContent).toBe('marked');
  });

  test('a link without a text shows where it leads', () => {
    expect(show('[](https://example.org)').querySelector('a')?.textContent).toBe('https://example.org');
  });

  test('what cannot be drawn is shown as plain text, and drawn again once it has changed', () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const broken = [
      {
        ...image('one'),
        get url(): string {
          throw new Error('cannot be drawn');
        },
      },
    ];
    const { container, rerender } = render(<Markdown content={'**a**\n\n![](image:1)'} images={broken} />);
    expect(container.querySelector('.markdown > p')?.textContent).toBe('**a**\n\n![](image:1)');
    rerender(<Markdown content="**b**" images={broken} />);
    expect(container.querySelector('strong')?.textContent).toBe('b');
  });

  test('a message holds 20 diagrams at most, and further ones are code', () => {
    const shown = show('```mermaid\npie\n```\n\n'.repeat(25));
    expect(shown.querySelectorAll('.code')).toHaveLength(25);
    expect(shown.textContent?.match(/diagram\.drawing/g)).toHaveLength(20);
  });

  test('twenty quotes in each other are drawn, and what nests far deeper stays as it was typed', () => {
    expect(show(`${'> '.repeat(20)}x`).querySelectorAll('blockquote')).toHaveLength(20);
    for (const content of [`${'> '.repeat(200)}x`, `${'- '.repeat(200)}x`, `${'- > '.repeat(200)}x`]) {
      cleanup();
      expect(show(content).querySelector('.markdown > p')?.textContent).toBe(content);
    }
  });

  test('of very many blocks of code, the first hundred have buttons', () => {
    const shown = show('```\na\n```\n\n'.repeat(150));
    expect(shown.querySelectorAll('.code')).toHaveLength(100);
    expect(shown.querySelectorAll('pre')).toHaveLength(150);
  });

  test('no input breaks it', () => {
    const pieces = ['#', '*', '**', '_', '`', '```', '\n', '\n\n', '> ', '- ', '1. ', '[', ']', '(', ')', '!', '<', '>', '</', '|', '---', '$', '$$', '\\', '&', ':', '~~', '==', '[^1]', 'http://', 'x', ' ', '\uE000', '0', '\uE001', '\u202E', '\0', '👩‍🚀', '\uD800'];
    let seed = 7;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647);
    for (let round = 0; round < 300; round += 1) {
      const content = Array.from({ length: random() % 40 }, () => pieces[random() % pieces.length]).join('');
      expect(() => show(content), JSON.stringify(content)).not.toThrow();
      cleanup();
    }
  });

  test.each(['['.repeat(16_000), '*'.repeat(16_000), '> '.repeat(8_000), '$'.repeat(16_000), '`'.repeat(15_999) + 'x', '![]('.repeat(4_000), '- '.repeat(8_000), '<'.repeat(16_000), '| '.repeat(8_000)])(
    'a message of nothing but marks is drawn (%#)',
    (content) => {
      expect(show(content).textContent).toBeDefined();
    },
  );
});
