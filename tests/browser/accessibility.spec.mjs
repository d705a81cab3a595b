import AxeBuilder from '@axe-core/playwright';

import { expect, test } from './fixtures.mjs';
import { walk } from './walk.mjs';

const LOOKS = [
  { theme: 'light', width: 390, locale: 'en-US' },
  { theme: 'light', width: 1280, locale: 'en-US' },
  { theme: 'dark', width: 390, locale: 'zh-CN' },
  { theme: 'dark', width: 1280, locale: 'en-US' },
];

for (const { theme, width, locale } of LOOKS) {
  test(`axe finds no fault in any screen, dialog, menu or bar (${theme}, ${width} px, ${locale})`, async ({ person, stack }) => {
    test.setTimeout(240_000);
    const page = await person(null, {
      colorScheme: theme,
      viewport: { width, height: 900 },
      locale,
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    for await (const screen of walk(stack, page)) {
      await expect.poll(() => page.evaluate(moving), { message: `${screen} comes to rest` }).toEqual([]);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
      expect.soft(found, screen).toEqual([]);
    }
  });
}

/** What still moves or fades, but for spinners, which never end. Half faded in, text has no contrast yet. */
function moving() {
  return document
    .getAnimations()
    .filter(({ playState, effect }) => playState === 'running' && effect.getTiming().iterations !== Infinity)
    .map(({ effect }) => effect.target.className);
}
