import { expect, openRoom, say, test } from './fixtures.mjs';

const tall = { width: 1000, height: 2400 };
const phone = { viewport: { width: 320, height: 720 }, hasTouch: true, isMobile: true };

/** A room in which these texts have been said, open in a page. */
async function told(person, stack, texts, options = { viewport: tall }) {
  const room = await stack.room('Markdown');
  for (const text of texts) await room.say('Ann', text);
  const page = await person('Alice', options);
  await openRoom(page, room.id);
  await expect(page.locator('[data-message]').last()).toBeVisible();
  return page;
}

test('code has its language, colours, a button that copies it, and numbers that are not copied', async ({ person, stack }) => {
  const code = 'fn main() {\n    println!("$5 <b>&amp;");\n}';
  const page = await told(person, stack, [`\`\`\`rust\n${code}\n\`\`\``, '`inline $x$`'], {
    viewport: tall,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const block = page.locator('.code');
  await expect(block.getByText('rust', { exact: true })).toBeVisible();
  await expect(block.locator('.hljs-keyword')).toHaveText('fn');
  await expect(block.locator('.gutter')).toHaveText('1\n2\n3');
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await block.getByRole('button', { name: 'Copy code' }).click();
  await expect.poll(clipboard).toBe(code);
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await block.locator('pre').evaluate((element) => getSelection().selectAllChildren(element));
  await page.keyboard.press('ControlOrMeta+c');
  await expect.poll(clipboard).toBe(code);
  await expect(page.locator('.markdown p > code')).toHaveText('inline $x$');
});

test('what is wide scrolls in its own box on a small phone, and long words wrap', async ({ person, stack }) => {
  const columns = Array.from({ length: 8 }, (_, number) => `column ${number}`);
  const page = await told(
    person,
    stack,
    [
      `| ${columns.join(' | ')} |\n|${'---|'.repeat(8)}\n| ${columns.join(' | ')} |`,
      `$$${Array.from({ length: 30 }, (_, number) => `x_{${number}}`).join(' + ')} = 0$$`,
      `an inline one too: $${Array.from({ length: 30 }, (_, number) => `y_{${number}}`).join('\\cdot ')}$`,
      `\`\`\`\n${'long line of code '.repeat(20)}\n\`\`\``,
      'unbroken'.repeat(60),
      `https://example.org/${'path'.repeat(60)} and \`${'code'.repeat(60)}\``,
      Array.from({ length: 12 }, (_, depth) => `${'  '.repeat(depth)}- level ${depth}`).join('\n'),
      `# ${'Heading'.repeat(30)}`,
    ],
    { ...phone, viewport: { width: 320, height: 2400 } },
  );
  await expect(page.locator('.katex')).toHaveCount(2);
  for (const box of ['.md-table', '.formula-display', '.code pre']) {
    const scrolls = await page.locator(box).evaluate((element) => element.scrollWidth > element.clientWidth);
    expect(scrolls, box).toBe(true);
  }
  // Neither the page nor a bubble is wider than it shows, and no text stands outside of its bubble.
  const outside = await page.evaluate(() =>
    [...document.querySelectorAll('.markdown')].flatMap((message) => {
      const { left, right } = message.parentElement.getBoundingClientRect();
      const parts = [message, ...message.querySelectorAll(':scope > *, li, .formula:not(.formula-display)')];
      return parts
        .filter((part) => {
          const box = part.getBoundingClientRect();
          return box.left < left - 1 || box.right > right + 1 || box.right > innerWidth;
        })
        .map((part) => part.outerHTML.slice(0, 80));
    }),
  );
  expect(outside).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
});

test('formulas are typeset without what could act, and broken ones show what was written', async ({ person, stack }) => {
  const page = await told(person, stack, [
    'good $a^2 + b^2$ and $$\\int_0^1 x\\,dx$$',
    'It is $5 and $6, or US$ 7',
    'broken $\\frac{1$ here, **still bold**',
    '$\\href{https://example.org}{x}$ $\\url{https://example.org}$ $\\includegraphics{https://tracker.example/a.png}$ $\\htmlId{root}{y}$ $\\htmlStyle{position:fixed}{z}$ $\\htmlClass{own}{w}$',
    `many ${'$x$ '.repeat(300)}`,
  ]);
  const message = (number) => page.locator('.markdown').nth(number);
  await expect(message(0).locator('.katex')).toHaveCount(2);
  await expect(message(1)).toHaveText('It is $5 and $6, or US$ 7');
  await expect(message(1).locator('.formula')).toHaveCount(0);
  await expect(message(2).locator('.formula-source')).toHaveText('\\frac{1');
  await expect(message(2).locator('strong')).toHaveText('still bold');
  await expect(message(3).locator('.formula')).toHaveCount(6);
  await expect(message(3).locator('a, img, [id], .own')).toHaveCount(0);
  expect(await message(3).locator('*').evaluateAll((parts) => parts.filter((part) => getComputedStyle(part).position === 'fixed').length)).toBe(0);
  await expect(message(4).locator('.katex')).toHaveCount(200);
  await expect(message(4)).toContainText('$x$ $x$');
});

test('lines drawn of dashes and equals signs are kept, and so are line breaks', async ({ person, stack }) => {
  const page = await told(person, stack, ['one\ntwo\n\n---\n\nthree', '=====', 'Title\n=====\ntext', 'a  \nb']);
  const message = (number) => page.locator('.markdown').nth(number);
  await expect(message(0).locator('hr')).toBeVisible();
  const [first, last] = await message(0).locator('p').evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().height));
  expect(first).toBeGreaterThan(last * 1.8);
  await expect(message(1)).toHaveText('=====');
  await expect(message(2).getByRole('heading', { name: 'Title' })).toBeVisible();
  const sizes = await page.evaluate(() => {
    const size = (selector) => Number.parseFloat(getComputedStyle(document.querySelector(selector)).fontSize);
    return [size('.md-heading'), size('.markdown p')];
  });
  expect(sizes[0] / sizes[1]).toBeLessThan(1.5);
});

test('lists nest, and tasks tell whether they are done', async ({ person, stack }) => {
  const page = await told(person, stack, ['1. first\n   - inner\n     - innermost\n2. second', '- [x] bought\n- [ ] cooked']);
  await expect(page.locator('ol > li > ul > li > ul > li')).toHaveText('innermost');
  const indents = await page.locator('.markdown li').evaluateAll((items) => items.map((item) => item.getBoundingClientRect().left));
  expect(indents[1]).toBeGreaterThan(indents[0]);
  expect(indents[2]).toBeGreaterThan(indents[1]);
  await expect(page.getByRole('img', { name: 'Done:' })).toHaveCount(1);
  await expect(page.getByRole('img', { name: 'To do:' })).toHaveCount(1);
});

test('links open apart and give nothing away; what is no link and no image of the message stays text', async ({ person, stack }) => {
  const page = await told(person, stack, [
    '[site](https://example.org/a) <https://example.org/b> https://example.org/c me@example.org',
    '[x](javascript:alert(1)) [y](data:text/html,z) <javascript:alert(1)>',
    '![remote](https://tracker.example/pixel.png) ![](http://tracker.example/2.png)',
    '<b onclick="alert(1)">raw</b> <img src=x onerror=alert(1)>',
  ]);
  const links = await page.locator('.markdown a').evaluateAll((found) => found.map(({ href, rel, target }) => ({ href, rel, target })));
  expect(links.map(({ href }) => href)).toEqual([
    'https://example.org/a',
    'https://example.org/b',
    'https://example.org/c',
    'mailto:me@example.org',
    'https://tracker.example/pixel.png',
    'http://tracker.example/2.png',
  ]);
  for (const { rel, target } of links) {
    expect(rel.split(' ')).toEqual(expect.arrayContaining(['noopener', 'noreferrer']));
    expect(target).toBe('_blank');
  }
  await expect(page.locator('.markdown').last()).toHaveText('<b onclick="alert(1)">raw</b> <img src=x onerror=alert(1)>');
  await expect(page.locator('.markdown img')).toHaveCount(0);
});

test('each message reads in its own direction, and code from left to right', async ({ person, stack }) => {
  const page = await told(person, stack, ['שלום עולם\n\n```js\nlet a\n```', 'hello', 'مرحبا']);
  const directions = await page.locator('.markdown').evaluateAll((messages) => messages.map((message) => getComputedStyle(message).direction));
  expect(directions).toEqual(['rtl', 'ltr', 'rtl']);
  expect(await page.locator('.code').evaluate((code) => getComputedStyle(code).direction)).toBe('ltr');
});

test('twenty fractions in one another are typeset, and what is deeper shows its source', async ({ person, stack }) => {
  const nested = (count) => `$$${'\\frac1{'.repeat(count)}x${'}'.repeat(count)}$$`;
  const page = await told(person, stack, [nested(20), nested(200)]);
  const formulas = page.locator('.formula');
  await expect(formulas.first().locator('.katex')).toHaveCount(1);
  await expect(formulas.last()).toHaveAttribute('aria-busy', 'false');
  await expect(formulas.last().locator('.formula-source')).toBeVisible();
  await expect(formulas.last().locator('.katex')).toHaveCount(0);
});

test('a formula that would push all others out of sight shows its source', async ({ person, stack }) => {
  const page = await told(person, stack, ['before', '$\\raisebox{-9999em}{x}$ and $\\rule[-9999em]{1em}{1em}$', '$\\raisebox{2em}{x}$']);
  await expect(page.locator('.formula-source')).toHaveText(['\\raisebox{-9999em}{x}', '\\rule[-9999em]{1em}{1em}']);
  await expect(page.locator('.katex')).toHaveCount(1);
  await expect(page.locator('[role=log]').getByText('before')).toBeInViewport();
});

const LONGEST = 16_000;
const full = (piece) => piece.repeat(LONGEST / piece.length);
const NASTY = {
  brackets: full('['),
  'open links': full('[]('),
  stars: full('*'),
  'stars and letters': full('**a'),
  'emphasis in emphasis': full('*a **b '),
  quotes: `${full('> ').slice(1)}x`,
  lists: `${full('- ').slice(1)}x`,
  'numbered lists': `${full('1. ').slice(1)}x`,
  'quotes in lists': `${full('- > ').slice(1)}x`,
  pipes: full('|'),
  'a table': `|a|b|\n|-|-|\n${full('|a|b|\n').slice(0, -20)}`,
  backticks: full('`'),
  fences: full('```\n'),
  'escaped fences': full('```\\'),
  'addresses with marks': full('http://_'),
  tags: full('<a '),
  dollars: full('$a '),
  diagrams: full('```mermaid\npie\n```\n'),
  'deep formula': `$$${'{'.repeat(1900)}x${'}'.repeat(1900)}$$`,
  combining: `a${'\u0301'.repeat(LONGEST - 1)}`,
};

for (const [name, text] of Object.entries(NASTY)) {
  test(`16 000 characters of ${name} are drawn, within bounds, and the room goes on`, async ({ person, stack }) => {
    const page = await told(person, stack, ['before', text], {});
    const message = page.locator('.markdown').last();
    await expect(message).toBeVisible();
    // Formulas are typeset later than the rest.
    await expect(message.locator('.formula[aria-busy="true"]')).toHaveCount(0);
    const { elements, depth } = await message.evaluate((root) => {
      let deepest = 0;
      for (const element of root.querySelectorAll('*')) {
        let depth = 0;
        for (let at = element; at !== root; at = at.parentElement) depth += 1;
        deepest = Math.max(deepest, depth);
      }
      return { elements: root.querySelectorAll('*').length, depth: deepest };
    });
    expect(elements).toBeLessThan(10_000);
    expect(depth).toBeLessThan(60);
    await say(page, 'still here');
    await expect(page.locator('[data-state="stored"]', { hasText: 'still here' })).toBeVisible();
  });
}
