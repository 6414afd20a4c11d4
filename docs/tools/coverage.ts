import type { Requirement } from '../requirements.data.js';
import type { TestTitle } from './test-titles.js';

export interface LocatedTitle extends TestTitle {
  readonly path: string;
  /** Shows one side of a requirement only: alone it makes it partly covered. */
  readonly oneSided?: boolean;
}

export type Coverage = 'covered' | 'partly' | 'not yet';

export interface CoverageRow {
  readonly requirement: Requirement;
  readonly coverage: Coverage;
  readonly tests: readonly LocatedTitle[];
}

const ID = /\b([A-Z]{2,3})-(\d{2})\b/g;
const RANGE = /\b[A-Z]{2,3}-\d{2}\s*(…|\.\.\.?|–|—|to )\s*([A-Z]{2,3}-)?\d{2}\b/;
/** `(partly)` right after an ID speaks of that ID alone; anywhere else in the title, of all of them. */
const PARTLY = /\(partly\)/;

export function requirementIds(title: string): string[] {
  return [...new Set([...title.matchAll(ID)].map((match) => match[0]))];
}

/** Matches titles with requirements. Throws on an ID that is not in the list and on a range, naming the test. */
export function coverageOf(requirements: readonly Requirement[], titles: readonly LocatedTitle[]): CoverageRow[] {
  const testsOf = new Map<string, LocatedTitle[]>(requirements.map(({ id }) => [id, []]));
  const areas = new Set(requirements.map(({ id }) => id.slice(0, id.indexOf('-'))));
  for (const title of titles) {
    if (RANGE.test(title.title)) throw new Error(`${title.path}:${title.line} names a range of requirements; write each ID out.`);
    for (const id of requirementIds(title.title)) {
      const tests = testsOf.get(id);
      if (tests !== undefined) tests.push(title);
      else if (areas.has(id.slice(0, id.indexOf('-')))) {
        throw new Error(`${title.path}:${title.line} names ${id}, which docs/requirements.data.ts does not know.`);
      }
    }
  }
  return requirements.map((requirement) => {
    const tests = testsOf.get(requirement.id) ?? [];
    return { requirement, tests, coverage: coverageFrom(requirement.id, tests) };
  });
}

function coverageFrom(id: string, tests: readonly LocatedTitle[]): Coverage {
  if (tests.length === 0) return 'not yet';
  const partly = tests.every(({ oneSided }) => oneSided === true) || tests.some(({ title }) => isPartly(id, title));
  return partly ? 'partly' : 'covered';
}

function isPartly(id: string, title: string): boolean {
  if (!PARTLY.test(title)) return false;
  const bound = [...title.matchAll(/\b([A-Z]{2,3}-\d{2}) \(partly\)/g)].map((match) => match[1]);
  return bound.length === 0 || bound.includes(id);
}
