import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { documents } from './documents.js';
import { repositoryRoot } from './repository.js';

/** `npm run docs` writes the generated documents; with `--check` it only compares and exits 1 on a difference. */
async function main(check: boolean): Promise<number> {
  const root = repositoryRoot();
  const stale: string[] = [];
  for (const document of documents) {
    const file = join(root, document.path);
    const wanted = await document.render(root);
    if ((await readFile(file, 'utf8').catch(() => undefined)) === wanted) continue;
    stale.push(document.path);
    if (check) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, wanted);
  }
  if (check) for (const path of stale) console.error(`${path} is out of date: run \`npm run docs\` and commit it.`);
  else console.log(stale.length === 0 ? 'All generated documents were up to date.' : `Written: ${stale.join(', ')}`);
  return check && stale.length > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.includes('--check'));
