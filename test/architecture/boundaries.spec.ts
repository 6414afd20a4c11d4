import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { bystanders, plants, stubPackages } from './boundary-plants.js';
import { plantTree, runTool } from './planted-tree.js';
import { repositoryRoot } from '../../docs/tools/repository.js';

interface Cruise {
  modules: { source: string }[];
  summary: { violations: { from: string; rule: { name: string } }[] };
}

const config = createRequire(import.meta.url)(`${repositoryRoot()}/.dependency-cruiser.cjs`) as { forbidden: { name: string }[] };

describe('boundaries', () => {
  let tree: ReturnType<typeof plantTree>;
  let cruise: Cruise;

  beforeAll(async () => {
    const files = { ...bystanders, ...Object.fromEntries(plants.map(({ file, source }) => [file, `${source}\n`])) };
    tree = plantTree(files, stubPackages);
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'libs', 'bench', 'test'];
    cruise = JSON.parse(await runTool('dependency-cruiser/bin/dependency-cruise.mjs', args, tree.root)) as Cruise;
  });
  afterAll(() => tree.remove());

  it('every rule has a planted violation', () => {
    const planted = new Set(plants.map(({ rule }) => rule));
    expect(config.forbidden.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([]);
  });

  it.each(plants.filter(({ rule }) => rule !== undefined))('$rule fires on $file', ({ rule, file }) => {
    expect(rulesBrokenBy(file)).toContain(rule);
  });

  it.each(plants.filter(({ rule }) => rule === undefined))('$file is allowed', ({ file }) => {
    expect(cruise.modules.map(({ source }) => source)).toContain(file);
    expect(rulesBrokenBy(file)).toEqual([]);
  });

  function rulesBrokenBy(file: string): string[] {
    return cruise.summary.violations.filter(({ from }) => from === file).map(({ rule }) => rule.name);
  }
});
