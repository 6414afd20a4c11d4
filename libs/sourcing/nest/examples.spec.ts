import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { removeTempFolders, tempFolder } from '#test/support/temp-folder';
import { ACTOR, openSourcing } from './sourcing.fixture.js';

const example = (name: string): string => fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));
let sourcing: Awaited<ReturnType<typeof openSourcing>>;
const imported = (name: string, dryRun = false) =>
  sourcing.service.import({ path: example(`${name}.csv`), fileName: `${name}.csv`, config: readFileSync(example(`${name}.import.yaml`), 'utf8') }, { actor: ACTOR, dryRun });

describe('examples', () => {
  afterEach(() => sourcing.close());
  afterAll(removeTempFolders);

  it('SRC-01 SRC-04 the messy list is read row by row, as its dry run said', async () => {
    sourcing = await openSourcing(tempFolder('examples'));
    const dry = await imported('nov-fair', true);
    const report = await imported('nov-fair');
    expect(report.counts).toEqual(dry.counts);
    expect(report.refusedByReason).toEqual(dry.refusedByReason);
    expect(report.droppedColumns).toEqual(['birth_date', 'Notes', 'Stand']);
    expect(Object.keys(report.refusedByReason).sort()).toEqual([
      'address-unreadable', 'basis-invalid', 'basis-missing', 'collected-at-unreadable', 'collected-in-future', 'collected-too-old', 'country-not-iso', 'known-minor',
      'method-missing', 'recipient-type-unknown', 'source-needs-evidence', 'source-url-missing',
    ]);
    const { rows, created, merged, suppressed, deferred, refused, inferred, phones, dropped } = report.counts as Record<string, number>;
    expect(rows).toBe(400);
    expect(created! + merged! + suppressed! + deferred! + refused!).toBe(rows);
    for (const some of [created, merged, refused, inferred, phones, dropped]) expect(some).toBeGreaterThan(0);
    expect(created).toBeGreaterThan(250);
  });

  it('SRC-09 the directory meets the fair list: known addresses are merged, older sources shorten', async () => {
    sourcing = await openSourcing(tempFolder('examples'));
    await imported('nov-fair');
    const { counts } = await imported('directory');
    expect(counts['merged']).toBeGreaterThan(25);
    expect((await sourcing.events()).filter(({ type }) => type === 'RetentionAnchorMoved').length).toBeGreaterThan(2);
  });

  it('SRC-03 the bought list is refused as a whole', async () => {
    sourcing = await openSourcing(tempFolder('examples'));
    await expect(imported('bought-list')).rejects.toMatchObject({ code: 'purchased', exit: 3, findings: [{ line: 20 }] });
    expect((await sourcing.events()).map(({ type }) => type)).toEqual(['ImportBatchRejected']);
  });
});
