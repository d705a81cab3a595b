/** PNG chunks that tell of the image's making and not of its pixels. */
const PNG_TALK = new Set(['eXIf', 'tEXt', 'zTXt', 'iTXt', 'tIME']);
/** WebP chunks of the same kind, and their flags in the VP8X header. */
const WEBP_TALK = new Set(['EXIF', 'XMP ']);
const WEBP_TALK_FLAGS = 0x0c;

type Bytes = Uint8Array<ArrayBuffer>;

const name = (bytes: Bytes, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));

/**
 * The parts of a file without what a camera or a program wrote into it (place, time, device), its pixels untouched. A
 * JPEG keeps its orientation and colours. Files of other kinds come back whole.
 */
export function withoutMetadata(bytes: Bytes): Bytes[] {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpeg(bytes);
  if (name(bytes, 1).startsWith('PNG')) return png(bytes);
  if (name(bytes, 0) === 'RIFF' && name(bytes, 8) === 'WEBP') return webp(bytes);
  return [bytes];
}

function jpeg(bytes: Bytes): Bytes[] {
  const parts: Bytes[] = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xda) break;
    const end = at + 2 + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0);
    const orientation = marker === 0xe1 ? orientationIn(bytes.subarray(at + 4, end)) : 1;
    if (orientation > 1) parts.push(orientationSegment(orientation));
    // APP0 is JFIF, APP2 the colour profile and APP14 the colour transform; the other APPs and comments only tell.
    const tells = marker === 0xfe || (marker >= 0xe0 && marker <= 0xef && ![0xe0, 0xe2, 0xee].includes(marker));
    if (!tells) parts.push(bytes.subarray(at, end));
    at = end;
  }
  return [...parts, bytes.subarray(at)];
}

/** The orientation in an EXIF segment, 1 to 8; 1, upright, when there is none. */
function orientationIn(segment: Bytes): number {
  if (name(segment, 0) !== 'Exif' || segment.length < 16) return 1;
  const tiff = new DataView(segment.buffer, segment.byteOffset + 6, segment.length - 6);
  const little = tiff.getUint16(0) === 0x4949;
  const first = tiff.getUint32(4, little);
  if (first + 2 > tiff.byteLength) return 1;
  const entries = tiff.getUint16(first, little);
  for (let at = first + 2; at < first + 2 + entries * 12 && at + 12 <= tiff.byteLength; at += 12) {
    if (tiff.getUint16(at, little) !== 0x0112) continue;
    const value = tiff.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** An EXIF segment with one entry, the orientation. */
function orientationSegment(orientation: number): Bytes {
  const head = [0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1];
  return Uint8Array.from([...head, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]);
}

function png(bytes: Bytes): Bytes[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Bytes[] = [bytes.subarray(0, 8)];
  for (let at = 8; at + 8 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    if (!PNG_TALK.has(name(bytes, at + 4))) parts.push(bytes.subarray(at, end));
    at = end;
  }
  return parts;
}

function webp(bytes: Bytes): Bytes[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = bytes.slice(0, 12);
  const parts: Bytes[] = [head];
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    const end = at + 8 + size + (size % 2);
    const chunk = bytes.slice(at, end);
    if (name(chunk, 0) === 'VP8X') chunk[8] = (chunk[8] ?? 0) & ~WEBP_TALK_FLAGS;
    if (!WEBP_TALK.has(name(chunk, 0))) parts.push(chunk);
    at = end;
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  new DataView(head.buffer).setUint32(4, length - 8, true);
  return parts;
}
