// The page as another build leaves it: no hashed file has the name that it had.
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { root, temporaryFolder } from '../lib/process.mjs';

const TEXT = /\.(js|css|html)$/;

/** Makes it from the built page. Gives the application that serves it, and the name of the build. */
export async function otherBuild() {
  const { folder, remove } = await temporaryFolder('other-build');
  const page = path.join(folder, 'page');
  await cp(path.join(root, 'web/dist'), page, { recursive: true });
  const build = (await readFile(path.join(page, 'build.txt'), 'utf8')).split('').reverse().join('');
  const names = (await readdir(path.join(page, 'assets'))).filter((name) => !/\.(br|gz)$/.test(name));
  const renamed = new Map(names.map((name) => [name, name.replace(/(\.\w+)$/, 'x$1')]));
  const known = new RegExp(names.map((name) => RegExp.escape?.(name) ?? name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g');
  for (const entry of await readdir(page, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (/\.(br|gz)$/.test(file)) await rm(file);
    else if (entry.isFile() && TEXT.test(file)) {
      const text = await readFile(file, 'utf8');
      const other = text.replaceAll(known, (name) => renamed.get(name));
      await writeFile(file, other.replace(/<meta name="build" content="\w+"/, `<meta name="build" content="${build}"`));
    }
  }
  for (const [name, other] of renamed) await rename(path.join(page, 'assets', name), path.join(page, 'assets', other));
  await writeFile(path.join(page, 'build.txt'), build);

  const manifest = path.join(folder, 'spin.toml');
  const text = await readFile(path.join(root, 'spin.toml'), 'utf8');
  await writeFile(manifest, text.replaceAll('source = "target/', `source = "${root}target/`).replace('source = "web/dist"', `source = "${page}"`));
  return { manifest, build, remove };
}
