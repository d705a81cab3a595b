/*
 * The script of frames/diagram.html, a page without an origin of its own: whatever a diagram's source makes Mermaid do
 * happens here, out of reach of the page, of its storage and of the network. It answers each request with a picture.
 */
import mermaid from 'mermaid';

import type { Answer, Request } from '../markdown/diagram/protocol';
import { mendContrast } from './contrast';
import { harmless } from './harmless';
import { backgroundOf, paletteOf } from './palette';

const MAX_EDGES = 300;

addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source !== parent || !isRequest(event.data)) return;
  const { id } = event.data;
  void draw(event.data).then(
    (picture) => answer({ type: 'drawn', id, ...picture }),
    (error: unknown) => answer({ type: 'failed', id, reason: /edge limit/i.test(String(error)) ? 'large' : 'invalid' }),
  );
});
answer({ type: 'ready' });

/** The page that holds this one is the only one that may; see frame-ancestors in its policy. */
function answer(message: Answer): void {
  parent.postMessage(message, '*');
}

function isRequest(data: unknown): data is Request {
  if (typeof data !== 'object' || data === null) return false;
  const { type, id, source, theme } = data as Partial<Record<keyof Request, unknown>>;
  return type === 'draw' && typeof id === 'number' && typeof source === 'string' && (theme === 'light' || theme === 'dark');
}

async function draw({ source, theme, fontFamily }: Request) {
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    // What a source may not change: what keeps it harmless, and the colours, which follow the page.
    secure: ['secure', 'securityLevel', 'startOnLoad', 'maxTextSize', 'maxEdges', 'suppressErrorRendering', 'htmlLabels', 'theme', 'themeCSS', 'themeVariables', 'darkMode', 'fontFamily', 'altFontFamily', 'dompurifyConfig', 'forceMenus'],
    suppressErrorRendering: true,
    maxEdges: MAX_EDGES,
    htmlLabels: true,
    fontFamily,
    gantt: { useWidth: 720, axisFormat: '%m-%d' },
    ...paletteOf(theme),
  });
  const place = document.createElement('div');
  document.body.replaceChildren(place);
  const { svg } = await mermaid.render('diagram', harmless(source), place);
  place.innerHTML = svg;
  const drawing = place.querySelector('svg');
  if (!drawing) throw new Error('Mermaid drew nothing');
  mendContrast(drawing, backgroundOf(theme));
  return toPicture(drawing);
}

/** The drawing as a file of its own that says its size. */
function toPicture(drawing: SVGSVGElement) {
  const box = drawing.viewBox.baseVal;
  const width = Math.ceil(box.width);
  const height = Math.ceil(box.height);
  // Nobody can follow a link in a picture or open a menu, but somebody may save it.
  for (const menu of drawing.querySelectorAll('.actorPopupMenu')) menu.remove();
  for (const link of drawing.querySelectorAll('a')) {
    link.removeAttribute('href');
    link.removeAttribute('xlink:href');
  }
  drawing.removeAttribute('style');
  drawing.setAttribute('width', String(width));
  drawing.setAttribute('height', String(height));
  const title = [...drawing.querySelectorAll(':scope > title, :scope > desc')].map(({ textContent }) => textContent.trim()).join('. ');
  return { svg: new XMLSerializer().serializeToString(drawing), width, height, title };
}
