import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ruleDocs } from '#compliance/docs-data';
import { requirements } from '../requirements.data.js';
import { coverageOf, type Coverage, type CoverageRow, type LocatedTitle } from './coverage.js';
import type { GeneratedDocument } from './document.js';
import { cell, page, table } from './markdown.js';
import { listFiles } from './repository.js';
import { testTitles } from './test-titles.js';

const SHOWN_TESTS = 6;

/** All titles of specs, contract suites and journeys. */
export function allTestTitles(root: string): LocatedTitle[] {
  return listFiles(root, ['apps', 'libs', 'test'], /\.(spec|contract|journey)\.ts$/).flatMap((path) =>
    testTitles(path, readFileSync(join(root, path), 'utf8')).map((title) => ({ ...title, path })),
  );
}

/** The table of each rule is a test whose title is made of the rule's requirements; the gate is one side of them. */
function ruleTitles(): LocatedTitle[] {
  return ruleDocs.map(({ id, requirement }) => ({
    kind: 'group', title: `${requirement.join(' ')} ${id}`, line: 1, path: `libs/compliance/domain/rules/${id}.rule.ts`, oneSided: true,
  }));
}

export const traceability: GeneratedDocument = {
  path: 'docs/traceability.md',
  render: (root) => renderTraceability(coverageOf(requirements, [...allTestTitles(root), ...ruleTitles()])),
};

function renderTraceability(rows: readonly CoverageRow[]): string {
  const count = (coverage: Coverage): number => rows.filter((row) => row.coverage === coverage).length;
  const areas = [...new Set(rows.map(({ requirement }) => areaOf(requirement.id)))];
  return page(
    '# Requirements and their tests',
    'A test covers a requirement when its title carries the ID. *Partly* means that a title says so; *not yet* that no test names it. ' +
      'The table of a gate rule alone counts as partly. A title proves that somebody meant to test it; read the test for what it proves.',
    `${rows.length} requirements: ${count('covered')} covered, ${count('partly')} partly, ${count('not yet')} not yet.`,
    ...areas.flatMap((area) => [
      `## ${area}`,
      table(
        ['ID', 'Requirement', 'State', 'Tests'],
        rows.filter(({ requirement }) => areaOf(requirement.id) === area).map(rowCells),
      ),
    ]),
  );
}

const areaOf = (id: string): string => id.slice(0, id.indexOf('-'));

function rowCells({ requirement, coverage, tests }: CoverageRow): string[] {
  const named = tests.slice(0, SHOWN_TESTS).map(({ path, title }) => `[${cell(title)}](../${path})`);
  const more = tests.length > SHOWN_TESTS ? [`and ${tests.length - SHOWN_TESTS} more`] : [];
  return [requirement.id, cell(requirement.text), coverage, [...named, ...more].join('<br>')];
}
