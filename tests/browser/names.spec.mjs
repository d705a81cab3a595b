// Names of people and rooms, and the letters of avatars, as somebody would choose them who wants to look like another.
import { corpus, cut } from '../malice/corpus.mjs';
import { expect, openRoom, test } from './fixtures.mjs';
import { guard, inspect, readers, settled, surroundings } from './hostile.mjs';
import { restingBox } from './place.mjs';

/** A letter that reaches far above its line, in a font that piles accents on Greek letters (DejaVu Sans does). */
const tower = (marks) => `\u0391${'\u0301'.repeat(marks)}`;

test('hostile names and avatars are letters in their own places, whoever is called so', async ({ person, stack }) => {
  const room = await stack.room('Names');
  const pages = await readers({ person, stack }, room);
  const said = [];
  for (const [index, name] of corpus.names.entries()) {
    const avatar = { text: cut(name, 16), color: name.slice(0, 20) };
    const message = await stack.api(`/api/rooms/${room.id}/messages`, { clientId: `eve-${index}`, content: `says ${index}.`, username: name, avatar });
    said.push(message.seq);
    expect([...message.username].length, name).toBeLessThanOrEqual(50);
    // No break of the line, and no mark that turns what comes after it.
    expect(message.username).not.toMatch(/[\n\r\u2028\u2029\u202A-\u202E\u2066-\u2069\p{Cc}]/u);
    expect(message.avatar.color).toBe('default');
  }
  for (const { page, before, caught } of pages) {
    await expect(page.locator(`[data-seq="${said.at(-1)}"]`)).toBeAttached();
    await settled(page);
    const { seen, faults } = await page.evaluate(inspect, said);
    expect(faults).toEqual([]);
    expect(seen.length).toBeGreaterThan(corpus.names.length * 0.9);
    expect(await page.evaluate(surroundings)).toEqual(before);
    // Beside every name stands its time, not over it and not before it.
    const misplaced = await page.locator('[role=log] .name').evaluateAll((names) =>
      names
        .filter((name) => {
          const [letters, time] = [name.getBoundingClientRect(), name.nextElementSibling.getBoundingClientRect()];
          return !(time.left >= letters.right && Math.abs(time.height - 16) < 4 && /^\d+:\d+/.test(name.nextElementSibling.textContent));
        })
        .map(({ textContent }) => textContent),
    );
    expect(misplaced).toEqual([]);
    expect(caught).toEqual([]);
  }
});

test('letters that pile up paint nothing over what others said', async ({ person, stack }) => {
  const room = await stack.room('Towers');
  await room.say('Ann', 'I would like to be read: ÄÖÜ');
  const page = await person('Alice', { viewport: { width: 1000, height: 900 } });
  await openRoom(page, room.id);
  const message = page.locator('article', { hasText: 'I would like' });
  await restingBox(message);
  await page.mouse.move(0, 0);
  const before = await message.screenshot();
  await stack.api(`/api/rooms/${room.id}/messages`, {
    clientId: 'eve',
    content: tower(200).repeat(20),
    username: tower(49),
    avatar: { text: tower(15), color: 'danger' },
  });
  await expect(page.locator('[data-message]')).toHaveCount(2);
  await restingBox(message);
  expect((await message.screenshot()).equals(before)).toBe(true);
});

test('rooms with hostile names stand in the list, open, and turn nothing around them', async ({ person, stack }) => {
  const page = await person('Alice', { viewport: { width: 1400, height: 4000 } });
  const caught = await guard(page, stack.hosts);
  await page.goto('/settings');
  await page.waitForFunction(() => localStorage.getItem('roomtalk_token'));
  const [clientId, token] = await page.evaluate(() => [localStorage.getItem('clientId'), localStorage.getItem('roomtalk_token')]);
  const rooms = [];
  for (const name of corpus.names) {
    const answer = await page.request.post(`/api/clients/${clientId}/rooms`, {
      headers: { authorization: `Bearer ${token}` },
      data: { name, description: `${name} ${name}` },
    });
    expect(answer.status(), name).toBe(201);
    rooms.push(await answer.json());
  }
  await page.getByRole('link', { name: 'My rooms' }).click();
  const titles = page.locator('main li h2');
  await expect(titles).toHaveCount(rooms.length);
  expect((await titles.allTextContents()).toSorted()).toEqual(rooms.map(({ name }) => name).toSorted());
  const outside = await page.locator('main li').evaluateAll((cards) =>
    cards.flatMap((card) => {
      const edge = card.getBoundingClientRect();
      const boxes = [...card.querySelectorAll('h2 > *, p, .avatar')].map((part) => part.getBoundingClientRect());
      return boxes.some(({ left, right, top, bottom }) => left < edge.left || right > edge.right || top < edge.top || bottom > edge.bottom) ? [card.textContent] : [];
    }),
  );
  expect(outside).toEqual([]);
  const unclipped = await page.locator('main li :is(bdi)').evaluateAll((names) =>
    names.filter((name) => !/hidden|clip/.test(getComputedStyle(name.parentElement).overflowY)).map(({ textContent }) => textContent),
  );
  expect(unclipped).toEqual([]);
  expect(caught).toEqual([]);
});

test('a name that the store holds with marks of direction ends where it ends', async ({ person, stack }) => {
  const room = await stack.room('Kept by an older version');
  const name = 'abc\u202Efed';
  await stack.redis.command('HSET', `room:{${room.id}}`, 'name', name, 'description', name);
  const page = await person('Alice');
  const plain = await stack.room('abcdef');
  /** Where the letters stand that come after the name, from the name's own. */
  const after = (locator) =>
    locator.evaluate((element) => {
      const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      let [node, at] = [null, -1];
      while (at < 0 && (node = text.nextNode())) at = node.data.lastIndexOf('”');
      const box = (offset) => {
        const range = document.createRange();
        range.setStart(node, offset);
        range.setEnd(node, offset + 1);
        return range.getBoundingClientRect();
      };
      const [first, quote, end] = [box(node.data.indexOf('a', node.data.indexOf('“'))), box(at), box(at + 1)];
      return first.left < quote.left && quote.left < end.left;
    });
  for (const { id } of [plain, room]) {
    await page.goto(`/?room=${id}`);
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('You were invited');
    expect(await after(dialog.locator('p').first())).toBe(true);
    await dialog.getByRole('button', { name: 'Join' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await room.say('Ann', 'hello');
    await plain.say('Ann', 'hello');
    expect(await after(page.getByText('This is the beginning'))).toBe(true);
  }
  const isolated = await page.locator('h1, nav li, header nav').evaluateAll((places) =>
    places.flatMap((place) => [...place.querySelectorAll('bdi')]).map((bdi) => getComputedStyle(bdi).unicodeBidi),
  );
  expect(isolated.length).toBeGreaterThan(2);
  expect(new Set(isolated)).toEqual(new Set(['isolate']));
});

test('what leaves no mark is no text, no room and no name on the page either', async ({ person, stack }) => {
  const room = await stack.room('Blank');
  const page = await person('Alice');
  await openRoom(page, room.id);
  const field = page.getByRole('textbox', { name: 'Message' });
  const send = page.getByRole('button', { name: 'Send', exact: true });
  for (const text of corpus.blank) {
    await field.fill(text);
    await expect(send).toBeDisabled();
  }
  await field.fill(`${corpus.blank[0]}x`);
  await expect(send).toBeEnabled();
  await field.fill('');

  await page.goto('/settings');
  const name = page.getByRole('textbox', { name: 'Name' });
  for (const text of corpus.blank) {
    await name.fill(text);
    await expect(page.getByRole('alert')).toHaveText('Please enter a name.');
    await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
  }
  await page.getByRole('link', { name: 'My rooms' }).click();
  await page.getByRole('button', { name: 'Create room' }).first().click();
  const dialog = page.getByRole('dialog');
  for (const text of corpus.blank) {
    await dialog.getByRole('textbox', { name: 'Name' }).fill(text);
    await expect(dialog.getByRole('button', { name: 'Create room' })).toBeDisabled();
  }
});
