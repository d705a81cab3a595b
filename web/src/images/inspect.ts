const text = (bytes: Uint8Array, from: number, length: number) => String.fromCharCode(...bytes.subarray(from, from + length));

/** Whether an image moves, or may: a GIF, or a WebP or PNG with frames. */
export function isAnimated(bytes: Uint8Array): boolean {
  if (text(bytes, 0, 4) === 'GIF8') return true;
  if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 12, 4) === 'VP8X') return ((bytes[20] ?? 0) & 2) !== 0;
  return isPng(bytes) && chunks(bytes).includes('acTL');
}

function isPng(bytes: Uint8Array): boolean {
  return bytes[0] === 0x89 && text(bytes, 1, 3) === 'PNG';
}

/** The types of a PNG's chunks before its pixels. */
function chunks(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: string[] = [];
  for (let at = 8; at + 8 <= bytes.length; ) {
    const type = text(bytes, at + 4, 4);
    if (type === 'IDAT') break;
    found.push(type);
    at += 12 + view.getUint32(at);
  }
  return found;
}
