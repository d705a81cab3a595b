// What screenshots show: rooms with people in them, and the way to each screen.
import { randomUUID } from 'node:crypto';

import { scenery } from './scenery.mjs';
import { READ, TALK } from './talk.mjs';

const AVATARS = { Ada: ['A', 'secondary'], Lin: ['林', 'success'], Me: ['M', 'danger'] };

/** Fills rooms for somebody new, whose page this is; gives the ways to the screens. */
export async function furnish(stack, page) {
  await page.addInitScript(() => {
    // The frame that draws diagrams has no origin, and so no storage.
    if (origin !== 'null') localStorage.setItem('roomtalk_username', 'Mia');
  });
  await page.goto('/settings');
  await page.waitForFunction(() => localStorage.getItem('clientId') && localStorage.getItem('roomtalk_token'));
  const me = await page.evaluate(() => ({ clientId: localStorage.getItem('clientId'), token: localStorage.getItem('roomtalk_token') }));
  const ask = (path, body, type = 'application/json') => post(stack.origin + path, me.token, body, type);
  const make = (name, description) => ask(`/api/clients/${me.clientId}/rooms`, JSON.stringify({ name, description }));
  await make('Reading club', 'One book a month; now: The Left Hand of Darkness');
  await make('晚饭吃什么', '今天轮到谁？');
  const room = await make('Weekend hike', 'Saturday: the lake above the old mill');
  const pictures = [];
  for (const base64 of await scenery(page)) {
    const path = `/api/rooms/${room.id}/images?clientId=${me.clientId}`;
    pictures.push(await ask(path, Buffer.from(base64, 'base64'), 'image/webp'));
  }
  for (const [name, content, ago, count = 0] of TALK) await append({ name, content, ago, images: pictures.slice(0, count) });
  // The room's creation is entry 1.
  const read = { [room.id]: READ + 1 };
  await page.evaluate(
    ([read, room]) => {
      localStorage.setItem('roomtalk_read', JSON.stringify(read));
      localStorage.setItem('saved_rooms', JSON.stringify([room]));
    },
    [read, room],
  );

  async function append({ name, content, ago, images }) {
    const id = randomUUID();
    const [text, color] = AVATARS[name];
    const own = name === 'Me';
    const message = {
      id,
      clientId: own ? me.clientId : `script-${name}`,
      content,
      roomId: room.id,
      timestamp: new Date(Date.now() - ago * 60_000).toISOString(),
      messageType: images.length > 0 && !content ? 'image' : 'text',
      username: own ? 'Mia' : name,
      avatar: { text, color },
      ...(images.length > 0 ? { images } : {}),
    };
    await stack.redis.command('XADD', `room:{${room.id}}:log`, '0-*', 'k', 'message', 'id', id, 'm', JSON.stringify(message));
  }

  const log = page.getByRole('log');
  const live = () => page.locator('[data-status="live"]:visible').first().waitFor();
  const chat = async () => {
    await page.goto(`/room/${room.id}`);
    await live();
    await log.getByText('🎉').waitFor();
    await log.locator('figure img, img[src^="data:image/svg"], img[src^="blob:"]').first().waitFor();
  };
  const rooms = async () => {
    await page.goto('/settings');
    await page.locator('nav a[href="/"]').click();
    await page.locator('main li').first().waitFor();
  };
  return {
    room,
    chat,
    rooms,
    async older() {
      await chat();
      await log.evaluate((element) => element.scrollTo(0, 0));
      await log.locator('img').first().waitFor();
      await page.waitForFunction(() => [...document.querySelectorAll('[role=log] img')].every((image) => image.complete));
    },
    async settings() {
      await page.goto('/settings');
      await page.getByRole('heading', { level: 1 }).waitFor();
      await live();
    },
  };
}

async function post(url, token, body, type) {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': type, authorization: `Bearer ${token}` }, body });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
