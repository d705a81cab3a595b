// What hostile messages must not do, watched from outside of the page (what runs, what is asked for, where it goes) and
// looked for inside of it. The functions that look are sent to the page and use nothing from here.
import { expect, openRoom } from './fixtures.mjs';

/** Paths that a page of a room asks its own host for. */
const OWN = [
  /^\/settings$/,
  /^\/(room|assets|frames)\/[\w.-]+$/,
  /^\/(config\.json|theme\.js|site\.webmanifest|icon[\w.-]*|socket\.io\/)$/,
  /^\/api\/clients(\/[\w-]+\/rooms)?$/,
  /^\/api\/rooms\/\w+(\/messages)?$/,
];

/** Watches a page from before it is opened. `canary` is what every payload calls. Gives the list of what was caught. */
export async function guard(page, hosts) {
  const caught = [];
  const context = page.context();
  await context.exposeBinding('canary', ({ frame }) => void caught.push(`ran in ${frame.url()}`));
  context.on('page', (other) => caught.push(`opened ${other.url()}`));
  context.on('dialog', (dialog) => {
    caught.push(`asked ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('download', (download) => caught.push(`downloaded ${download.url()}`));
  context.on('request', (request) => {
    const { protocol, host, pathname } = new URL(request.url());
    if (['data:', 'blob:'].includes(protocol)) return;
    if (!hosts.includes(host) || !OWN.some((own) => own.test(pathname))) caught.push(`asked for ${request.url()}`);
  });
  // The first is the one that opens the page.
  let opened = false;
  page.on('request', (request) => {
    if (!request.isNavigationRequest() || request.frame() !== page.mainFrame()) return;
    if (opened) caught.push(`went to ${request.url()}`);
    opened = true;
  });
  return caught;
}

/** The room as two read it, in a high window, before anything hostile is said: with the content security policy and without. */
export async function readers({ person, stack }, room) {
  await room.say('Ann', 'before');
  const reader = async (options) => {
    const page = await person('Alice', { viewport: { width: 1100, height: 3000 }, ...options });
    const caught = await guard(page, stack.hosts);
    await openRoom(page, room.id);
    await expect(page.getByRole('log').getByText('before')).toBeVisible();
    await page.mouse.move(0, 0);
    return { page, caught, before: await page.evaluate(surroundings) };
  };
  return Promise.all([reader({}), reader({ bypassCSP: true })]);
}

/** Waits until formulas and diagrams have been drawn, or were given up, and the layout has followed. */
export async function settled(page) {
  await expect(page.getByText('Drawing…')).toHaveCount(0, { timeout: 60_000 });
  await expect(page.locator('.formula[aria-busy="true"]')).toHaveCount(0, { timeout: 30_000 });
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (let frames = 0; frames < 4; frames += 1) await new Promise(requestAnimationFrame);
  });
}

/** All of the page that is nobody's message, in a form that can be compared: where it stands and how it looks. */
export function surroundings() {
  const box = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [element.tagName, Math.round(x), Math.round(y), Math.round(width), Math.round(height)].join(' ');
  };
  const parts = document.querySelectorAll('html, body, #root, header, header a, main, nav, h1, [role=log], textarea, main button:not([role=log] *)');
  const look = getComputedStyle(document.body);
  return {
    boxes: [...parts].map(box),
    look: [look.display, look.visibility, look.opacity, look.color, look.backgroundColor, look.fontFamily, look.filter, look.transform],
    title: document.title,
    address: location.href,
    sheets: document.querySelectorAll('style').length,
    attributes: [...document.documentElement.attributes, ...document.body.attributes].map(({ name, value }) => `${name}=${value}`),
    children: [...document.body.children].filter(({ className }) => className !== 'drawing-frame').map(({ tagName, id }) => `${tagName}#${id}`),
    focus: document.activeElement?.tagName,
    prototype: Object.keys(Object.prototype),
    globals: ['owned', 'x', 'root'].filter((name) => Object.hasOwn(window, name)),
  };
}

/** Pokes at whatever would react, then says what is wrong with those of the messages that are in the page, and which these are. */
export function inspect(seqs) {
  const TEXT = 'a b bdi blockquote br button code del div em footer hr img li mark ol p pre s span strong sub sup table tbody td th thead time tr ul';
  const HTML = new Set(TEXT.split(' '));
  const MATH = new Set('annotation math menclose mfrac mi mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics'.split(' '));
  const SVG = new Set('svg path line rect g circle polyline polygon'.split(' '));
  const NAMES = ['id', 'name', 'srcdoc', 'action', 'formaction', 'xlink:href', 'contenteditable', 'autofocus', 'accesskey', 'popover', 'form', 'srcset', 'background', 'ping', 'download'];
  const CLASSES = ['fixed', 'inset-0', 'z-50', 'bg-danger', 'drawing-frame', 'own', 'avatar'];
  const faults = [];
  const messages = [...document.querySelectorAll('[role=log] [data-message]')].filter(({ dataset }) => seqs.includes(Number(dataset.seq)));
  const found = (element, what) => faults.push(`${what} in ${element.outerHTML.slice(0, 160)}`);

  for (const message of messages) {
    for (const element of message.querySelectorAll('.markdown, .markdown *')) {
      if (element.closest('button') === null) for (const kind of ['mouseover', 'click', 'focus', 'load', 'error', 'toggle', 'begin']) poke(element, kind);
      checkKind(element);
      for (const { name, value } of element.attributes) checkAttribute(element, name, value);
      for (const name of CLASSES) if (element.classList.contains(name)) found(element, `class ${name}`);
      const { position } = getComputedStyle(element);
      if (position === 'fixed' || (position === 'sticky' && !element.matches('.gutter'))) found(element, position);
    }
    checkBoxes(message);
  }
  checkCover();
  for (const frame of document.querySelectorAll('iframe, frame, object, embed')) {
    if (!frame.matches('.drawing-frame[sandbox="allow-scripts"][src="/frames/diagram.html"]')) found(frame, 'a frame');
  }
  return { seen: messages.map(({ dataset }) => Number(dataset.seq)), faults };

  function poke(element, kind) {
    // A link that is followed leads away, as links do; where to is looked at below.
    if (kind === 'click' && element.closest('a')) return;
    element.dispatchEvent(new Event(kind, { bubbles: false }));
  }

  function checkKind(element) {
    const name = element.localName;
    const known =
      (element instanceof HTMLElement && HTML.has(name)) ||
      (element instanceof SVGElement && SVG.has(name) && element.closest('.katex, .lucide')) ||
      (element instanceof MathMLElement && MATH.has(name) && element.closest('.katex'));
    if (!known) found(element, `<${name}>`);
    if (name === 'img' && !(element.closest('.diagram') && element.src.startsWith('data:image/svg+xml;'))) found(element, 'an image');
  }

  function checkAttribute(element, name, value) {
    if (/^on/i.test(name) || NAMES.includes(name)) found(element, name);
    if (name === 'href') {
      const { protocol } = new URL(value, 'bad://x');
      const apart = element.target === '_blank' && ['noopener', 'noreferrer'].every((part) => element.relList.contains(part));
      if (element.localName !== 'a' || !['http:', 'https:', 'mailto:'].includes(protocol) || !apart) found(element, 'a link');
    }
    if (name === 'style' && /url|expression|fixed|image|var\(|@|javascript/i.test(value)) found(element, 'style');
  }

  /** Nothing may be painted out of its message. */
  function checkBoxes(message) {
    const edge = message.getBoundingClientRect();
    for (const element of message.querySelectorAll('.markdown *, .name, .name *, .avatar, .avatar *')) {
      for (const rect of element.getClientRects()) {
        if (within(rect, edge)) continue;
        const box = shownPart(element, rect, message);
        if (box && !within(box, edge)) {
          const by = ['left', 'top', 'right', 'bottom'].map((side) => Math.round(box[side] - edge[side])).join(' ');
          found(element, `painted outside by ${by}`);
        }
      }
    }
  }

  function within(box, edge) {
    return box.left >= edge.left - 1 && box.top >= edge.top - 1 && box.right <= edge.right + 1 && box.bottom <= edge.bottom + 1;
  }

  /** The part of a box that the elements around it do not clip; null when nothing is left. */
  function shownPart(element, rect, message) {
    let box = { left: rect.left, top: rect.top, right: rect.right, bottom: rect.bottom };
    let escapes = getComputedStyle(element).position === 'absolute';
    for (let at = element.parentElement; at && at !== message; at = at.parentElement) {
      const { position, transform, contain, overflowX, overflowY, overflowClipMargin } = getComputedStyle(at);
      const contains = contain.includes('paint');
      if (escapes && position === 'static' && transform === 'none' && !contains) continue;
      escapes = position === 'absolute';
      const clip = at.getBoundingClientRect();
      const margin = contains || overflowX === 'clip' ? Number.parseFloat(overflowClipMargin) || 0 : 0;
      if (contains || overflowX !== 'visible') box = { ...box, left: Math.max(box.left, clip.left - margin), right: Math.min(box.right, clip.right + margin) };
      if (contains || overflowY !== 'visible') box = { ...box, top: Math.max(box.top, clip.top - margin), bottom: Math.min(box.bottom, clip.bottom + margin) };
    }
    return box.left < box.right && box.top < box.bottom ? box : null;
  }

  /** Wherever one points outside of a message, nothing of that message is there. */
  function checkCover() {
    const STEP = 40;
    for (let y = STEP / 2; y < innerHeight; y += STEP) {
      for (let x = STEP / 2; x < innerWidth; x += STEP) {
        const top = document.elementFromPoint(x, y);
        const message = top?.closest('.markdown')?.closest('[data-message]');
        if (message && !within({ left: x, right: x, top: y, bottom: y }, message.getBoundingClientRect())) found(top, `covers ${x},${y}`);
      }
    }
  }
}

/** What is wrong with `render=html`, each text in a `section` of a bare page. */
export function inspectHtml(count) {
  const ALLOWED = {
    a: ['href', 'rel', 'target', 'title'],
    img: ['src', 'alt', 'width', 'height', 'loading', 'decoding'],
    code: ['class'],
    ol: ['start'],
    input: ['disabled', 'type', 'checked'],
    th: ['style'],
    td: ['style'],
  };
  const PLAIN = new Set('p br hr em strong del pre blockquote ul li h1 h2 h3 h4 h5 h6 table thead tbody tr'.split(' '));
  const faults = [];
  const sections = [...document.body.children];
  if (sections.length !== count || sections.some(({ localName }) => localName !== 'section')) faults.push(`${sections.length} parts of ${count}`);
  for (const section of sections) {
    for (const element of section.querySelectorAll('*')) {
      const found = (what) => faults.push(`${what} in ${element.outerHTML.slice(0, 160)}`);
      for (const kind of ['mouseover', 'focus', 'load', 'error', 'toggle']) element.dispatchEvent(new Event(kind));
      const name = element.localName;
      if (!(element instanceof HTMLElement) || !(PLAIN.has(name) || Object.hasOwn(ALLOWED, name))) found(`<${name}>`);
      for (const attribute of element.attributes) {
        if (!ALLOWED[name]?.includes(attribute.name)) found(attribute.name);
        if (attribute.name === 'href' && !['http:', 'https:', 'mailto:'].includes(element.protocol)) found('a link');
        if (attribute.name === 'style' && !/^text-align: (left|center|right)$/.test(attribute.value)) found('style');
        if (attribute.name === 'class' && !(/^language-\S+$/.test(attribute.value) || /^math math-(inline|display)$/.test(attribute.value))) found('class');
      }
      if (name === 'input' && !(element.type === 'checkbox' && element.disabled)) found('a field');
      if (name === 'a' && !(element.target === '_blank' && element.relList.contains('noopener'))) found('a link');
    }
    // Written out and parsed again it must be the same: what would not be is how a filter is passed by.
    const again = new DOMParser().parseFromString(`<section>${section.innerHTML}</section>`, 'text/html').body;
    if (again.children.length !== 1 || again.firstElementChild.innerHTML !== section.innerHTML) faults.push(`changes when parsed again: ${section.innerHTML.slice(0, 160)}`);
  }
  return faults;
}
