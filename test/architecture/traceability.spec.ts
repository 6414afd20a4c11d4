import { describe, expect, it } from '@jest/globals';
import { requirements } from '../../docs/requirements.data.js';
import { coverageOf, type LocatedTitle } from '../../docs/tools/coverage.js';
import { repositoryRoot } from '../../docs/tools/repository.js';
import { testTitles } from '../../docs/tools/test-titles.js';
import { allTestTitles } from '../../docs/tools/traceability.js';

const ID_A = 'OPT' + '-01';
const ID_B = 'OPT' + '-03';
const known = [ID_A, ID_B].map((id) => ({ id, text: id }));
const at = (title: string): LocatedTitle => ({ kind: 'test', title, line: 1, path: 'x.spec.ts' });
const states = (...titles: string[]): string[] => coverageOf(known, titles.map(at)).map(({ coverage }) => coverage);

describe('traceability', () => {
  it('reads titles of tests, groups and tables, and leaves out what does not run', () => {
    const source = [
      "describe('group A', () => { it('one', f); test.each(rows)('two $x', f); it(`three ${n} b`, f); });",
      "it.each`a|b`('four', f); it.skip('five', f); describe.skip('six', () => { it('seven', f); }); it.todo('eight');",
      "describe('empty', () => {});",
    ].join('\n');
    expect(testTitles('x.spec.ts', source).map(({ title, line }) => `${line} ${title}`)).toEqual([
      '1 group A', '1 one', '1 two $x', '1 three … b', '2 four',
    ]);
  });

  it('tells covered, partly and not yet apart', () => {
    expect(states()).toEqual(['not yet', 'not yet']);
    expect(states(`${ID_A} works`)).toEqual(['covered', 'not yet']);
    expect(states(`${ID_A} ${ID_B} work (partly)`)).toEqual(['partly', 'partly']);
    expect(states(`${ID_A} (partly) and ${ID_B} work`)).toEqual(['partly', 'covered']);
    expect(states(`${ID_A} works`, `${ID_A} (partly) elsewhere`)).toEqual(['partly', 'not yet']);
  });

  it('counts one side of a requirement as partly', () => {
    const gate = { ...at(`${ID_A} gate`), oneSided: true };
    expect(coverageOf(known, [gate])[0]?.coverage).toBe('partly');
    expect(coverageOf(known, [gate, at(`${ID_A} works`)])[0]?.coverage).toBe('covered');
  });

  it('refuses a range and an ID that nobody wrote down', () => {
    expect(() => states(`${ID_A}…03 work`)).toThrow('x.spec.ts:1 names a range');
    expect(() => states('OPT' + '-99 works')).toThrow('OPT-99, which docs/requirements.data.ts does not know');
  });

  it('has every requirement once, with words', () => {
    const ids = requirements.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(256);
    expect(requirements.filter(({ text }) => text.length < 20)).toEqual([]);
  });

  it('understands every title of this repository', () => {
    expect(() => coverageOf(requirements, allTestTitles(repositoryRoot()))).not.toThrow();
  });
});
