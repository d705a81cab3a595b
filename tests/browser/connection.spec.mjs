import { expect, expectKept, expectStatus, openRoom, say, shown, test } from './fixtures.mjs';

// High enough for every message of these tests to be in the page at once.
const viewport = { width: 1000, height: 3000 };

const texts = async (page) => (await shown(page)).map(({ text }) => text);
const contents = async (stack, room) => (await stack.messages(room.id)).map(({ content }) => content);

test('a hub that has frozen is noticed when the page is seen again, and nothing is lost or doubled when it goes on', async ({
  person,
  stack,
}) => {
  const room = await stack.room('Frozen');
  const alice = await person('Alice', { viewport });
  await openRoom(alice, room.id);
  await say(alice, 'before');
  await expect.poll(() => texts(alice)).toEqual(['before']);
  await stack.hub.pause();
  try {
    await alice.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await expectStatus(alice, 'reconnecting');
    await expectStatus(alice, 'polling');
    await room.say('Script', 'by a script');
    await expect.poll(() => texts(alice)).toEqual(['before', 'by a script']);
    await say(alice, 'in between');
    await expect.poll(() => texts(alice)).toEqual(['before', 'by a script', 'in between']);
  } finally {
    stack.hub.resume();
  }
  await expectStatus(alice, 'live');
  await say(alice, 'after');
  await expect.poll(() => texts(alice)).toEqual(['before', 'by a script', 'in between', 'after']);
  expect(await contents(stack, room)).toEqual(['before', 'by a script', 'in between', 'after']);
  await expect(alice.locator('[data-message]')).toHaveCount(4);
});

test('three people on a slow network see the same talk, each message once', async ({ person, stack }) => {
  const room = await stack.room('Slow');
  const people = [await person('Alice', { viewport }), await person('Bob', { viewport }), await person('Carol', { viewport })];
  for (const page of people) {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 400,
      downloadThroughput: 50_000,
      uploadThroughput: 25_000,
    });
  }
  for (const page of people) await openRoom(page, room.id);
  for (const page of people) await expect(page.getByTestId('members')).toContainText('3 members');
  await Promise.all(people.map(async (page, index) => {
    for (const number of [1, 2, 3]) await say(page, `${index}.${number}`);
  }));
  await expect.poll(async () => (await contents(stack, room)).length, { timeout: 40_000 }).toBe(9);
  const stored = await contents(stack, room);
  expect(new Set(stored).size).toBe(9);
  for (const page of people) {
    await expect.poll(() => texts(page), { timeout: 40_000 }).toEqual(stored);
    await expect(page.locator('[data-message]')).toHaveCount(9);
  }
});

test('a reload while a message is on its way sends it once', async ({ person, stack }) => {
  const room = await stack.room('Reloaded');
  const alice = await person('Alice', { viewport });
  await openRoom(alice, room.id);
  // The hub takes the message, and its answer never gets here.
  await stack.hub.pause();
  try {
    await say(alice, 'on its way');
    await expect(alice.locator('[data-state="sending"]')).toHaveCount(1);
    await expectKept(alice, room.id);
    await alice.reload();
  } finally {
    stack.hub.resume();
  }
  await expectStatus(alice, 'live');
  await expect.poll(() => texts(alice), { timeout: 40_000 }).toEqual(['on its way']);
  await expect(alice.locator('[data-message]')).toHaveCount(1);
  expect(await contents(stack, room)).toEqual(['on its way']);
});

for (const [what, target, name] of [
  ['the page is seen again', 'document', 'visibilitychange'],
  ['the network returns', 'window', 'online'],
  ['the page comes back from the cache', 'window', 'pageshow'],
]) {
  test(`a socket that is dead is replaced as soon as ${what}`, async ({ person, stack }) => {
    const room = await stack.room('Dead');
    const page = await person('Alice');
    // What the hub says is swallowed from now on: to the page, the socket looks open.
    let dead = false;
    let sockets = 0;
    await page.routeWebSocket(/socket\.io/, (socket) => {
      sockets += 1;
      const [mine, server] = [sockets, socket.connectToServer()];
      server.onMessage((data) => (dead && mine === 1) || socket.send(data));
      socket.onMessage((data) => (dead && mine === 1) || server.send(data));
    });
    await openRoom(page, room.id);
    expect(sockets).toBe(1);
    dead = true;
    await room.say('Bob', 'said to a dead socket');
    await page.evaluate(([at, type]) => (at === 'document' ? document : window).dispatchEvent(new Event(type)), [target, name]);
    await expect.poll(() => sockets, { timeout: 10_000 }).toBe(2);
    await expect(page.getByRole('log').getByText('said to a dead socket')).toHaveCount(1);
    await expectStatus(page, 'live');
  });
}

test('a room whose joining is not answered is joined by a new socket, and nothing that came late is skipped', async ({ person, stack }) => {
  const room = await stack.room('Late');
  await room.say('Script', 'before');
  const alice = await person('Alice', { viewport });
  const held = [];
  let sockets = 0;
  await alice.routeWebSocket(/\/socket\.io\//, (page) => {
    const number = ++sockets;
    let holding = false;
    const hub = page.connectToServer();
    page.onMessage((frame) => {
      holding ||= number === 1 && String(frame).includes('"join_room"');
      hub.send(frame);
    });
    hub.onMessage((frame) => {
      if (holding) held.push(() => page.send(frame));
      else page.send(frame);
    });
  });
  await alice.goto(`/room/${room.id}`);
  await expect.poll(() => held.length).toBeGreaterThan(1);
  await expect.poll(() => sockets, { timeout: 30_000 }).toBe(2);
  for (const deliver of held) deliver();
  await room.say('Script', 'after');
  await expect.poll(() => texts(alice)).toEqual(['before', 'after']);
});
