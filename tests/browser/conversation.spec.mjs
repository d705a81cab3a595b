import { expect, expectKept, expectStatus, openRoom, say, shown, test } from './fixtures.mjs';

// High enough for every message of these tests to be in the page at once.
const viewport = { width: 1000, height: 3000 };

const texts = async (page) => (await shown(page)).map(({ text }) => text);

test('two people talk, and each message shows once and in the same order, also over a restart of the hub', async ({
  person,
  stack,
}) => {
  const room = await stack.room('Over a restart');
  const [alice, bob] = [await person('Alice', { viewport }), await person('Bob', { viewport })];
  await openRoom(alice, room.id);
  await openRoom(bob, room.id);

  await say(alice, 'before 1');
  await say(bob, 'before 2');
  await expect.poll(() => texts(alice)).toEqual(['before 1', 'before 2']);
  await expect.poll(() => texts(bob)).toEqual(['before 1', 'before 2']);

  await stack.hub.kill();
  await expectStatus(alice, 'reconnecting');
  await say(alice, 'while it was down 1');
  await say(alice, 'while it was down 2');
  await room.say('Script', 'by a script');
  await stack.hub.restart();
  await expectStatus(alice, 'live');
  await expectStatus(bob, 'live');
  await say(bob, 'after');

  await expect.poll(async () => (await texts(bob)).length).toBe(6);
  const stored = (await stack.messages(room.id)).map(({ content }) => content);
  expect(stored.toSorted()).toEqual(
    ['after', 'before 1', 'before 2', 'by a script', 'while it was down 1', 'while it was down 2'].toSorted(),
  );
  expect(stored.indexOf('while it was down 1')).toBeLessThan(stored.indexOf('while it was down 2'));
  await expect.poll(() => texts(alice)).toEqual(stored);
  await expect.poll(() => texts(bob)).toEqual(stored);
});

test('a refused message is marked, and Retry or Discard settle it', async ({ person, stack }) => {
  const room = await stack.room('Refused');
  const alice = await person('Alice', { viewport });
  await openRoom(alice, room.id);
  await stack.hub.kill();
  await expectStatus(alice, 'reconnecting');
  const refuse = (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({ status: 422, json: { error: 'content is not wanted', code: 'invalid_field', field: 'content' } })
      : route.continue();
  await alice.route('**/api/rooms/*/messages', refuse);
  await say(alice, 'once more');
  await say(alice, 'never mind');
  await expect(alice.locator('[data-state="failed"]')).toHaveCount(2);
  await expect(alice.getByRole('alert').first()).toContainText('Not sent: The server did not accept this.');
  await alice.reload();
  await expect(alice.locator('[data-state="failed"]')).toHaveCount(2, { timeout: 30_000 });
  await alice.unroute('**/api/rooms/*/messages');
  await alice.locator('[data-state="failed"]', { hasText: 'never mind' }).getByRole('button', { name: 'Discard' }).click();
  await alice.locator('[data-state="failed"]', { hasText: 'once more' }).getByRole('button', { name: 'Retry' }).click();
  await expect.poll(() => texts(alice), { timeout: 40_000 }).toEqual(['once more']);
  await stack.hub.restart();
  await expectStatus(alice, 'live');
  expect((await stack.messages(room.id)).map(({ content }) => content)).toEqual(['once more']);
  await expect(alice.locator('[data-message]')).toHaveCount(1);
});

test('two tabs that both find an unsent message send it once', async ({ person, stack }) => {
  const room = await stack.room('Two tabs');
  const first = await person('Alice', { viewport });
  await openRoom(first, room.id);
  const block = (route) => (route.request().method() === 'POST' ? route.abort() : route.continue());
  await first.context().route('**/api/rooms/*/messages', block);
  await stack.hub.kill();
  await expectStatus(first, 'reconnecting');
  await say(first, 'only once');
  await expectKept(first, room.id);
  const second = await first.context().newPage();
  await second.goto(`${stack.origin}/room/${room.id}`);
  await expect(second.locator('[data-state="waiting"], [data-state="sending"]')).toHaveCount(1, { timeout: 30_000 });
  await first.context().unroute('**/api/rooms/*/messages');
  await stack.hub.restart();
  for (const page of [first, second]) {
    await expect.poll(() => texts(page), { timeout: 40_000 }).toEqual(['only once']);
    await expect(page.locator('[data-message]')).toHaveCount(1);
  }
  expect(await stack.messages(room.id)).toHaveLength(1);
});

test('without the hub the page polls, sends by REST, and goes back to the socket when it returns', async ({ person, stack }) => {
  const room = await stack.room('Polling');
  const alice = await person('Alice', { viewport });
  await openRoom(alice, room.id);
  await stack.hub.kill();
  await expectStatus(alice, 'polling');
  await room.say('Script', 'read by polling');
  await say(alice, 'sent by REST');
  await expect.poll(async () => (await texts(alice)).toSorted(), { timeout: 40_000 }).toEqual(['read by polling', 'sent by REST']);
  await stack.hub.restart();
  await expectStatus(alice, 'live');
  await room.say('Script', 'by the socket again');
  await expect.poll(async () => (await texts(alice)).length).toBe(3);
});

test('the member count is right from the start and follows who comes and goes', async ({ person, stack }) => {
  const room = await stack.room('Members');
  const alice = await person('Alice');
  await openRoom(alice, room.id);
  await expect(alice.getByTestId('members')).toContainText('1 member');
  const bob = await person('Bob');
  await openRoom(bob, room.id);
  await expect(bob.getByTestId('members')).toContainText('2 members');
  await expect(alice.getByTestId('members')).toContainText('2 members');
  await bob.getByRole('button', { name: 'Leave room' }).click();
  await expect(alice.getByTestId('members')).toContainText('1 member');
});

test('a message that carries markup runs nothing and blanks nothing', async ({ person, stack }) => {
  const room = await stack.room('Markup');
  const alice = await person('Alice', { viewport });
  await room.say('Eve', '<img src=x onerror="document.title=`owned`"><script>document.title="owned"</script>');
  await room.say('Eve', '[click](javascript:document.title="owned") <form action="javascript:alert(1)"><button>go</button></form>');
  await room.say('Eve', '![remote](https://tracker.example/pixel.png) <iframe src="https://tracker.example"></iframe>');
  await room.say('Eve', '<style>body{display:none}</style> $\\href{javascript:alert(1)}{x}$ $\\frac{$');
  await openRoom(alice, room.id);
  await expect.poll(async () => (await shown(alice)).length).toBe(4);
  const log = alice.getByRole('log');
  await expect(log.locator('img, script, form, iframe, style, a[href^="javascript"]')).toHaveCount(0);
  await expect(log.getByRole('link', { name: 'remote' })).toHaveAttribute('href', 'https://tracker.example/pixel.png');
  await expect(alice).toHaveTitle('Markup · RoomTalk');
});
