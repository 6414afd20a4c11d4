import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtApp } from '../faults/harness/built-app.js';

/** They do something as soon as they are loaded: programs, threads and generators. */
const PROGRAMS = /(\.(worker|thread)|^main|\/main)\.js$/;

describe('The modules', () => {
  // Jest gives every name of a CommonJS module to an import; Node finds only some of them.
  it('are loaded by Node itself, each of them, also those that no embedded app loads', async () => {
    const folder = await builtApp();
    const entries = await readdir(join(folder, 'libs'), { recursive: true, withFileTypes: true });
    const modules = entries.filter((entry) => entry.isFile() && /(?<!\.(spec|contract|fixture))\.js$/.test(entry.name)).map(({ parentPath, name }) => join(parentPath, name)).filter((path) => !PROGRAMS.test(path));
    const program = `
      const failures = [];
      for (const url of ${JSON.stringify(modules.map((path) => pathToFileURL(path).href))}) await import(url).catch((error) => failures.push(url + ': ' + error.message.split('\\n')[0]));
      console.log(JSON.stringify(failures));
      process.exit(0);`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8', timeout: 50_000 });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([]);
    expect(modules.length).toBeGreaterThan(100);
  });
});
