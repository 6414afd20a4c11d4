import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transformFile } from '@swc/core';

const ROOT = process.cwd();
const SOURCES = ['apps', 'libs', 'test/faults/harness'];
/** Of this checkout: several may share their modules. */
const CACHE = join(ROOT, 'node_modules', '.cache', `outright-test-app-${createHash('sha256').update(ROOT).digest('hex').slice(0, 8)}`);

let built: Promise<string> | undefined;

/**
 * The folder that holds the product as JavaScript of the sources as they are now: `dist` where `npm run build` has just made it, else
 * a translation of our own, kept between runs and without checking types. Safe with several test processes at once.
 */
export function builtApp(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  const sources = (await Promise.all(SOURCES.map((folder) => typescriptIn(folder)))).flat();
  const dist = await age(join(ROOT, 'dist', '.tsbuildinfo'));
  if (sources.every(({ changed }) => changed < dist) && existsSync(join(ROOT, 'dist', 'test', 'faults', 'harness', 'killable-app.js'))) return join(ROOT, 'dist');
  await mkdir(CACHE, { recursive: true });
  const { imports } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { imports: Record<string, unknown> };
  const places = Object.fromEntries(Object.keys(imports).map((name) => [name, name === '#*' ? './libs/*.js' : `./${name.slice(1)}.js`]));
  await replace(join(CACHE, 'package.json'), JSON.stringify({ type: 'module', imports: places }));
  for (let first = 0; first < sources.length; first += 50) await Promise.all(sources.slice(first, first + 50).map(translate));
  return CACHE;
}

async function typescriptIn(folder: string): Promise<{ path: string; changed: number }[]> {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && /(?<!\.(spec|contract|fixture|d))\.ts$/.test(entry.name)).map(({ parentPath, name }) => join(parentPath, name).slice(ROOT.length + 1));
  return Promise.all(names.map(async (path) => ({ path, changed: await age(join(ROOT, path)) })));
}

async function translate({ path, changed }: { path: string; changed: number }): Promise<void> {
  const out = join(CACHE, path.replace(/\.ts$/, '.js'));
  if ((await age(out)) > changed) return;
  const { code } = await transformFile(join(ROOT, path), {
    swcrc: false, configFile: false, module: { type: 'es6' },
    jsc: {
      target: 'es2023', keepClassNames: true, parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
  });
  await mkdir(dirname(out), { recursive: true });
  await replace(out, code);
}

/** Whole or not at all, whoever else writes the same. */
async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${createHash('sha256').update(`${process.pid} ${performance.now()} ${Math.random()}`).digest('hex').slice(0, 12)}`;
  await writeFile(draft, text);
  await rename(draft, path);
}

async function age(path: string): Promise<number> {
  return stat(path).then(({ mtimeMs }) => mtimeMs, () => 0);
}
