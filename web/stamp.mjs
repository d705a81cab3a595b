// Gives the built page a name of its own: a hash of all its files. It stands in the page, and in `build.txt` for the server, so
// that a page that is open notices when the server has another one.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const UNNAMED = '<meta name="build" content="" />';

const folder = path.join(import.meta.dirname, 'dist');
const entries = await readdir(folder, { recursive: true, withFileTypes: true });
const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
const hash = createHash('sha256');
for (const file of files.sort()) hash.update(`${path.relative(folder, file)}\0`).update(await readFile(file));
const build = hash.digest('hex').slice(0, 16);

const index = path.join(folder, 'index.html');
const html = await readFile(index, 'utf8');
if (!html.includes(UNNAMED)) throw new Error('index.html has no place for the name of the build');
await writeFile(index, html.replace(UNNAMED, UNNAMED.replace('""', `"${build}"`)));
await writeFile(path.join(folder, 'build.txt'), build);
