// Puts `.br` and `.gz` beside every text file of the built page: the site component serves what the reader takes.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

const TEXT = /\.(js|css|html|svg|webmanifest)$/;

const folder = path.join(import.meta.dirname, 'dist');
const files = (await readdir(folder, { recursive: true })).filter((file) => TEXT.test(file));
await Promise.all(files.map((file) => compress(path.join(folder, file))));

async function compress(file) {
  const data = await readFile(file);
  const packed = { '.br': await promisify(brotliCompress)(data), '.gz': await promisify(gzip)(data, { level: 9 }) };
  for (const [extension, bytes] of Object.entries(packed)) {
    if (bytes.length < data.length) await writeFile(file + extension, bytes);
  }
}
