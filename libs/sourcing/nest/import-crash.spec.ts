import { afterAll, describe, expect, it } from '@jest/globals';
import { transformFileSync } from '@swc/core';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { removeTempFolders, tempFolder } from '#test/support/temp-folder';
import { ACTOR, ATTESTED, HEADER, openSourcing, plainRows } from './sourcing.fixture.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const LIBS = ['kernel', 'contracts', 'compliance', 'engine', 'http', 'sourcing'];

/** The code under test as plain JavaScript, for a process of its own. */
function compileInto(folder: string): void {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', imports: { '#*': './libs/*.js' } }));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const jsc = { target: 'es2023', parser: { syntax: 'typescript', decorators: true }, transform: { legacyDecorator: true, decoratorMetadata: true } } as const;
  for (const lib of LIBS) {
    for (const file of readdirSync(join(ROOT, 'libs', lib), { recursive: true, encoding: 'utf8' })) {
      if (!/(?<!\.spec|\.contract)\.ts$/.test(file)) continue;
      const target = join(folder, 'libs', lib, file.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, transformFileSync(join(ROOT, 'libs', lib, file), { swcrc: false, configFile: false, jsc, module: { type: 'es6' } }).code);
    }
  }
}

const IMPORTER = `
import { openSourcing, ACTOR } from '#sourcing/nest/sourcing.fixture';
const [dataFolder, path, config] = process.argv.slice(2);
const { service } = await openSourcing(dataFolder);
await service.import({ path, fileName: 'big.csv', config }, { actor: ACTOR, onProgress: ({ phase, rows }) => process.stdout.write(phase + ' ' + rows + '\\n') });
process.stdout.write('completed\\n');
`;

describe('import in a process that is killed', () => {
  afterAll(removeTempFolders);

  it('SRC-13 H10 goes on where it was, loses nothing that was acknowledged and ends with the counts of an undisturbed run', async () => {
    const folder = tempFolder('import-crash');
    compileInto(folder);
    writeFileSync(join(folder, 'importer.js'), IMPORTER);
    const path = join(folder, 'big.csv');
    const phones = plainRows(60, 9000, 'phones').split('\n').map((row, n) => row.replace(',Tamm,,', `,Tamm,+3725${String(1_000_000 + n)},`));
    writeFileSync(path, `${HEADER}\n${plainRows(4900)}\n${phones.join('\n')}\n${plainRows(200)}\nbroken,row\n`);
    const dataFolder = join(folder, 'data');

    const acknowledged: number[] = [];
    for (let round = 0; round < 2; round++) {
      const child = spawn(process.execPath, [join(folder, 'importer.js'), dataFolder, path, ATTESTED], { stdio: ['ignore', 'pipe', 'inherit'] });
      const lines = createInterface({ input: child.stdout });
      let chunks = 0;
      lines.on('line', (line) => {
        if (!line.startsWith('storing')) return;
        acknowledged.push(Number(line.split(' ')[1]));
        // The next chunk is under way when the signal arrives.
        if ((chunks += 1) === 2) setTimeout(() => child.kill('SIGKILL'), 15 * round);
      });
      await Promise.all([once(child, 'exit'), once(lines, 'close')]);
      expect(child.signalCode).toBe('SIGKILL');
    }

    const survivor = await openSourcing(dataFolder);
    const resumed = await survivor.service.import({ path, fileName: 'big.csv', config: ATTESTED }, { actor: ACTOR });
    const calm = await openSourcing(join(folder, 'calm'));
    const undisturbed = await calm.service.import({ path, fileName: 'big.csv', config: ATTESTED }, { actor: ACTOR });
    expect(resumed.resumedAfterLine).toBeGreaterThanOrEqual(Math.max(...acknowledged));
    expect({ ...resumed.counts }).toEqual(undisturbed.counts);
    expect(undisturbed).toMatchObject({ counts: { rows: 5161, created: 4960, merged: 200, refused: 1, phones: 60 }, refusedByReason: { 'column-count': 1 } });
    for (const type of ['ContactAdded', 'ProspectSourced', 'ContactLinked', 'ImportCompleted']) {
      const count = async ({ events }: typeof calm) => (await events()).filter((event) => event.type === type).length;
      expect([type, await count(survivor)]).toEqual([type, await count(calm)]);
    }
    await survivor.close();
    await calm.close();
  }, 60_000);
});
