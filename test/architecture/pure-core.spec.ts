import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { basename } from 'node:path';
import { plantTree, runTool } from './planted-tree.js';

const folders = ['libs/kernel', 'libs/contracts', 'libs/permission/domain', 'libs/permission/projections', 'libs/permission/process-managers'];
const impure: Readonly<Record<string, string>> = {
  'date-now': 'export const probe = (): number => Date.now();',
  'new-date': 'export const probe = (): Date => new Date();',
  'date-call': 'export const probe = (): string => Date();',
  'math-random': 'export const probe = (): number => Math.random();',
  'random-uuid': `import { randomUUID } from 'node:crypto';\nexport const probe = (): string => randomUUID();`,
  'random-bytes': `import { randomBytes } from 'node:crypto';\nexport const probe = (): Buffer => randomBytes(8);`,
  performance: 'export const probe = (): number => performance.now();',
  environment: `export const probe = (): string | undefined => process.env['HOME'];`,
  timer: 'export const probe = (): unknown => setTimeout(() => undefined, 1);',
};
const dateFromValue = 'export const probe = (at: string): Date => new Date(at);';
const floating = 'const work = async (): Promise<void> => undefined;\nexport const probe = (): void => { work(); };';
const misused = 'export const probe = (work: () => Promise<boolean>): number => { if (work()) return 1; return 0; };';

interface Finding {
  filePath: string;
  messages: { ruleId: string | null }[];
}

describe('lint', () => {
  let tree: ReturnType<typeof plantTree>;
  let findings: ReadonlyMap<string, readonly (string | null)[]>;

  beforeAll(async () => {
    const files = Object.fromEntries([
      ...folders.flatMap((folder) => Object.entries(impure).map(([name, source]) => [`${folder}/${id(folder)}.${name}.ts`, `${source}\n`])),
      ['libs/kernel/value.ts', `${dateFromValue}\n`],
      ['libs/engine/clock.ts', `${impure['date-now'] ?? ''}\n`],
      ['libs/kernel/timed.spec.ts', `${impure['new-date'] ?? ''}\n`],
      ['libs/engine/floating.ts', `${floating}\n`],
      ['libs/engine/misused.ts', `${misused}\n`],
    ]) as Record<string, string>;
    tree = plantTree(files, 'real');
    const printed = await runTool('eslint/bin/eslint.js', ['--format', 'json', 'libs'], tree.root);
    findings = new Map((JSON.parse(printed) as Finding[]).map(({ filePath, messages }) => [basename(filePath), messages.map(({ ruleId }) => ruleId)]));
  }, 60_000);
  afterAll(() => tree.remove());

  const pairs = folders.flatMap((folder) => Object.keys(impure).map((name) => [folder, name] as const));
  it.each(pairs)('refuses an impure %s/%s', (folder, name) => {
    const rules = findings.get(`${id(folder)}.${name}.ts`) ?? [];
    expect(rules.some((rule) => rule === 'no-restricted-syntax' || rule === 'no-restricted-globals')).toBe(true);
  });

  it('lets values, shells and tests have their dates', () => {
    expect(['value.ts', 'clock.ts', 'timed.spec.ts'].map((name) => findings.get(name))).toEqual([[], [], []]);
  });

  it('refuses a promise that nobody awaits', () => {
    expect(findings.get('floating.ts')).toContain('@typescript-eslint/no-floating-promises');
  });

  it('refuses a promise used as a condition', () => {
    expect(findings.get('misused.ts')).toContain('@typescript-eslint/no-misused-promises');
  });

  function id(folder: string): string {
    return folder.replaceAll('/', '_');
  }
});
