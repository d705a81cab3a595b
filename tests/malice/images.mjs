// Hostile image files: headers that promise too much, files that are two things at once, and files that are no images.
import { chunk, gif, jpeg, png } from '../rest/samples.mjs';

const ascii = (text) => Buffer.from(text, 'latin1');
const u16 = { be: (n) => Buffer.from([n >> 8, n & 0xff]), le: (n) => Buffer.from([n & 0xff, n >> 8]) };
const u24le = (n) => Buffer.from([n & 0xff, (n >> 8) & 0xff, n >> 16]);
const u32 = {
  be: (n) => Buffer.from([n >>> 24, (n >>> 16) & 0xff, (n >>> 8) & 0xff, n & 0xff]),
  le: (n) => Buffer.from([n & 0xff, (n >>> 8) & 0xff, (n >>> 16) & 0xff, n >>> 24]),
};

/** The smallest real files that browsers show, by format. */
export const REAL = {
  png: png(1, 1),
  gif,
  jpeg: Buffer.from(
    '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
    'base64',
  ),
  webp: Buffer.from('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA', 'base64'),
  avif: Buffer.from(
    'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADybWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxpYmF2aWYAAAAADnBpdG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABGgAAAB0AAAAoaWluZgAAAAAAAQAAABppbmZlAgAAAAABAABhdjAxQ29sb3IAAAAAamlwcnAAAABLaXBjbwAAABRpc3BlAAAAAAAAAAIAAAACAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgQ0MAAAAABNjb2xybmNseAACAAIAAYAAAAAXaXBtYQAAAAAAAAABAAEEAQKDBAAAACVtZGF0EgAKCBgANogQEAwgMg8f8D///8WfhwB8+ErK42A=',
    'base64',
  ),
};

/** Files of a few dozen bytes whose header tells a size, by format. */
export const SIZED = {
  png: (width, height) => png(1, 1, { claim: [width, height] }),
  gif: (width, height) => Buffer.concat([ascii('GIF89a'), u16.le(width), u16.le(height), gif.subarray(10)]),
  // Browsers enlarge the screen to hold the first frame.
  'gif by its first frame': (width, height) =>
    Buffer.concat([gif.subarray(0, 6), u16.le(1), u16.le(1), gif.subarray(10, 32), u16.le(width), u16.le(height), gif.subarray(36)]),
  jpeg: (width, height) => Buffer.concat([Buffer.from('ffd8ffc0001108', 'hex'), u16.be(height), u16.be(width), Buffer.from('03012200021101031101ffd9', 'hex')]),
  'extended webp': (width, height) => riff(ascii('VP8X'), u32.le(10), u32.le(16), u24le(width - 1), u24le(height - 1)),
  'lossless webp': (width, height) => riff(ascii('VP8L'), u32.le(8), Buffer.from([0x2f]), u32.le((width - 1) + (height - 1) * 2 ** 14), Buffer.alloc(3)),
  'lossy webp': (width, height) => riff(ascii('VP8 '), u32.le(12), Buffer.from('3001009d012a', 'hex'), u16.le(width), u16.le(height), Buffer.alloc(2)),
  avif: (width, height) => {
    const extent = box('ispe', u32.be(0), u32.be(width), u32.be(height));
    return Buffer.concat([REAL.avif.subarray(0, 32), box('meta', u32.be(0), box('iprp', box('ipco', extent)))]);
  },
};

/** Sizes that no header may tell, by format: up to the largest that the format can say. */
export const BOMBS = {
  png: [[1, 1_000_000], [1_000_000, 1], [0x7fffffff, 0x7fffffff], [0xffffffff, 1], [10_001, 1], [10_000, 4001], [65_536, 65_536], [0, 1], [1, 0]],
  gif: [[1, 65_535], [65_535, 1], [65_535, 65_535], [10_000, 4001]],
  'gif by its first frame': [[1, 65_535], [65_535, 1], [65_535, 65_535], [10_000, 4001]],
  jpeg: [[1, 65_535], [65_535, 1], [65_535, 65_535], [10_000, 4001], [1, 0]],
  'extended webp': [[1, 1_000_000], [16_777_216, 1], [16_777_216, 16_777_216], [10_000, 4001]],
  'lossless webp': [[1, 16_384], [16_384, 16_384], [10_000, 4001]],
  'lossy webp': [[1, 16_383], [16_383, 16_383], [10_000, 4001]],
  avif: [[1, 1_000_000], [0xffffffff, 0xffffffff], [65_536, 65_536], [10_000, 4001], [0, 0]],
};

const HTML = ascii('<!doctype html><script>canary()</script><img src=x onerror=canary()>');
const SCRIPT = ascii(';canary();//');
const CSS = ascii('}body{background:url(https://evil.example/css)}/*');
const ZIP = Buffer.concat([ascii('PK\x03\x04\x14\0\0\0\0\0'), Buffer.alloc(16), ascii('x.html'), HTML, ascii('PK\x05\x06'), Buffer.alloc(18)]);
const PDF = ascii('%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(canary())>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF');

/** Images that are something else too. Each is stored as what its first bytes say. */
export const POLYGLOTS = {
  // 8253 by 2608 pixels to who reads a GIF, an assignment to who reads a script.
  'a GIF that is a script': ['image/gif', Buffer.concat([ascii('GIF89a= 0\n'), SCRIPT])],
  'a GIF that is a style sheet': ['image/gif', Buffer.concat([ascii('GIF89a{ \n\n'), CSS])],
  'a GIF with a page in a comment': ['image/gif', Buffer.concat([gif.subarray(0, -1), Buffer.from([0x21, 0xfe, HTML.length]), HTML, Buffer.from([0, 0x3b])])],
  'a PNG with a page in a chunk': ['image/png', inserted(33, chunk('tEXt', Buffer.concat([ascii('Comment\0'), HTML])), REAL.png)],
  'a PNG with a page behind it': ['image/png', Buffer.concat([REAL.png, HTML])],
  'a PNG with an archive behind it': ['image/png', Buffer.concat([REAL.png, ZIP])],
  'a PNG with a document in a chunk': ['image/png', inserted(33, chunk('tEXt', Buffer.concat([ascii('Comment\0'), PDF])), REAL.png)],
  'a JPEG with a script in a comment': ['image/jpeg', inserted(2, Buffer.concat([Buffer.from([0xff, 0xfe]), u16.be(HTML.length + 2), HTML]), REAL.jpeg)],
  'a JPEG with a page as its camera': ['image/jpeg', inserted(2, Buffer.concat([Buffer.from([0xff, 0xe1]), u16.be(HTML.length + 8), ascii('Exif\0\0'), HTML]), REAL.jpeg)],
  'a JPEG without pixels, then a script': ['image/jpeg', Buffer.concat([jpeg, SCRIPT])],
  'a WebP with a page behind it': ['image/webp', Buffer.concat([REAL.webp, HTML])],
  'a WebP with a page in a chunk': ['image/webp', Buffer.concat([REAL.webp, ascii('XMP '), u32.le(HTML.length), HTML])],
  'an AVIF with a page in a free box': ['image/avif', Buffer.concat([REAL.avif, box('free', HTML)])],
};

/** What is no image that RoomTalk takes, whatever it is called. */
export const NO_IMAGES = {
  'a page': HTML,
  'a page after a mark of order': Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), HTML]),
  'an SVG': ascii('<svg xmlns="http://www.w3.org/2000/svg" onload="canary()"/>'),
  'an SVG that says it is XML': ascii('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>canary()</script></svg>'),
  'a packed SVG': Buffer.from('1f8b08000000000000ff', 'hex'),
  'a document': PDF,
  'an archive': ZIP,
  'a script': ascii('canary()'),
  'a style sheet': CSS,
  'an almost GIF': Buffer.concat([ascii('GIF88a'), gif.subarray(6)]),
  'an almost PNG': Buffer.concat([Buffer.from([0x89]), ascii('PNG\n\n\n\n'), REAL.png.subarray(8)]),
  'a GIF behind a page': Buffer.concat([HTML, gif]),
  'a bitmap': Buffer.concat([ascii('BM'), Buffer.alloc(64)]),
  'an icon': Buffer.from('00000100010010100000010020006804', 'hex'),
  'a TIFF': Buffer.concat([ascii('II*\0'), Buffer.alloc(64)]),
  'a HEIC': box('ftyp', ascii('heic\0\0\0\0mif1heic')),
  'a film': box('ftyp', ascii('isom\0\0\0\0isomavc1')),
  'a sound in RIFF': Buffer.concat([ascii('RIFF'), u32.le(64), ascii('WAVEfmt '), Buffer.alloc(56)]),
  'a program': Buffer.concat([Buffer.from([0x7f]), ascii('ELF'), Buffer.alloc(64)]),
  'a module': Buffer.from('0061736d01000000', 'hex'),
  'a message with parts': ascii('MIME-Version: 1.0\nContent-Type: text/html\n\n<script>canary()</script>'),
};

function inserted(at, piece, file) {
  return Buffer.concat([file.subarray(0, at), piece, file.subarray(at)]);
}

function riff(...parts) {
  const content = Buffer.concat([ascii('WEBP'), ...parts]);
  return Buffer.concat([ascii('RIFF'), u32.le(content.length), content]);
}

function box(kind, ...parts) {
  const content = Buffer.concat(parts);
  return Buffer.concat([u32.be(content.length + 8), ascii(kind), content]);
}
