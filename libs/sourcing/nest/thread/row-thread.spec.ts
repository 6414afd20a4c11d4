import { afterEach, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Aggregate } from '#engine/event-log/aggregate';
import { readEnvelope } from '#kernel/envelope';
import type { Sealed } from '#kernel/sealed';
import { tempFolder } from '#test/support/temp-folder';
import type { ImportReport } from '../../domain/import-report.js';
import { importDecider } from '../../domain/import.decider.js';
import { LineIds } from '../../domain/line-ids.js';
import { readImportFile } from '../import-file.js';
import { type ImportOptions, ImportRun } from '../import-run.js';
import { ACTOR, ATTESTED, fixtureTenancy, HEADER, openSourcing, plainRows } from '../sourcing.fixture.js';
import type { RowThreadModule } from './row-thread.js';

const typescript = fileURLToPath(new URL('../../../../bench/support/typescript.mjs', import.meta.url));
const worker = new URL('./rows.worker.ts', import.meta.url);
const execArgv = ['--conditions=source', '--import', typescript];
const THREAD: RowThreadModule = { module: worker, execArgv };
/** The thread, ended without a word, or made to do something else, when it has sent so many messages. */
const mortal = (messages: number, then = 'process.exit(9)'): RowThreadModule => ({
  execArgv,
  module: new URL(`data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    const send = parentPort.postMessage.bind(parentPort);
    let left = ${messages};
    parentPort.postMessage = (message, transfer) => { if (left-- > 0) send(message, transfer); else { ${then}; } };
    await import(${JSON.stringify(worker.href)});`)}`),
});

type Sourcing = Awaited<ReturnType<typeof openSourcing>>;
const opened: Sourcing[] = [];
afterEach(async () => {
  for (const sourcing of opened.splice(0)) await sourcing.close();
});
async function fresh(): Promise<Sourcing> {
  const sourcing = await openSourcing(tempFolder('row-thread'));
  opened.push(sourcing);
  return sourcing;
}

const people = plainRows(1200).split('\n');
const phones = plainRows(60, 9000, 'phones').split('\n').map((row, n) => row.replace(',Tamm,,', `,Tamm,+3725${String(1_000_000 + n)},`));
/** New, known, suppressed and refused people, with numbers and with two addresses, over four chunks. */
const FILE = [
  `${HEADER},same_person`, ...[...people.slice(0, 700), ...phones, 'broken,row', ...people.slice(650)].map((row) => (row === 'broken,row' ? row : `${row},`)),
  ...plainRows(4, 20_000, 'pair').split('\n').map((row, n) => `${row},person ${n % 2}`),
].join('\n');

function importOn(threadFor: (bytes: number) => RowThreadModule | undefined, { engine, log, book, catchUp, service }: Sourcing, options: Partial<ImportOptions> = {}): Promise<ImportReport> {
  const path = join(tempFolder('row-thread-file'), 'list.csv');
  writeFileSync(path, FILE);
  const file = readImportFile({ path, fileName: 'list.csv', config: ATTESTED }, log.clock.now());
  return new ImportRun(file, service.importIdOf(file.name), { actor: ACTOR, ...options }, {
    log, book, catchUp, threadFor, vault: engine.vault, registry: engine.registry, keys: engine.keyProvider, models: engine.readModels,
    tenancy: fixtureTenancy, imports: new Aggregate(log, importDecider),
  }).run();
}

async function suppressOne({ engine, book }: Sourcing): Promise<void> {
  await engine.registry.optOut({ tenantId: 'main', forms: book.email('person.3@firm3.example'), reason: 'opt_out', keyVersion: 1, day: '2026-11-02', commitFor: () => undefined });
}

/** What an import left, without what is random. */
async function outcome({ events, personal }: Sourcing, { counts, refusedByReason, findings }: ImportReport) {
  const all = (await events()).map(({ bytes }) => readEnvelope(bytes));
  const recipients = all.filter(({ type }) => type === 'ContactAdded').map(({ data }) => personal.open(data['recipient'] as Sealed));
  const sources = all.filter(({ type }) => type === 'ProspectSourced').map(({ data }) => personal.open(data['provenance'] as Sealed));
  const clear = all.filter(({ type }) => type === 'ContactAdded').map(({ data, recordedAt }) => [data['country'], data['collectedAt'], data['expiresAt'], data['basis'], recordedAt.slice(0, 10)]);
  return { counts, refusedByReason, findings, types: all.map(({ type }) => type), clear, recipients: await Promise.all(recipients), sources: await Promise.all(sources) };
}

describe('row thread', () => {
  it('SRC-01 SRC-13 an import with it leaves the very people that one without it leaves', async () => {
    const [beside, alone] = [await fresh(), await fresh()];
    for (const sourcing of [beside, alone]) await suppressOne(sourcing);
    const expected = await outcome(alone, await importOn(() => undefined, alone));
    const report = await importOn(() => THREAD, beside);
    expect(await outcome(beside, report)).toEqual(expected);
    expect(report.counts).toMatchObject({ rows: 1315, created: 1263, merged: 50, suppressed: 1, refused: 1, phones: 60 });
    expect(await importOn(() => THREAD, beside)).toMatchObject({ alreadyImported: true });
  });

  it('H1 what a thread that dies or hangs has left is read on the event loop', async () => {
    const [dying, alone] = [await fresh(), await fresh()];
    const expected = await outcome(alone, await importOn(() => undefined, alone));
    expect(await outcome(dying, await importOn(() => mortal(1), dying))).toEqual(expected);
    const hung = await fresh();
    expect(await outcome(hung, await importOn(() => ({ ...mortal(1, 'for (;;)'), patience: 3_000 }), hung))).toEqual(expected);
    const unstartable = await fresh();
    expect(await outcome(unstartable, await importOn(() => ({ module: new URL('data:text/javascript,throw 1') }), unstartable))).toEqual(expected);
  });

  it('INV-06 people of an interrupted run are sealed with the keys that they have', async () => {
    const sourcing = await fresh();
    const { engine, service } = sourcing;
    const owner = { tenantId: 'main', purposeClass: 'marketing' } as const;
    const [line] = await engine.vault.create([{ tenantId: 'main', subjectId: service.importIdOf('list'), purposeClass: 'security' }]);
    const ids = new LineIds(line!.key);
    const owners = Array.from({ length: 300 }, (_, n) => ({ ...owner, subjectId: ids.prospect(n + 2, undefined) }));
    const keys = await engine.vault.create(owners);
    const report = await importOn(() => THREAD, sourcing);
    expect(await Promise.all(owners.map((each) => engine.vault.find(each)))).toEqual(keys);
    const alone = await fresh();
    expect(await outcome(sourcing, report)).toEqual(await outcome(alone, await importOn(() => undefined, alone)));
  });

  it('SRC-13 stops at the next resume point when it is told to, and goes on behind it', async () => {
    const [sourcing, alone] = [await fresh(), await fresh()];
    const stop = new AbortController();
    const stopped = importOn(() => THREAD, sourcing, { signal: stop.signal, onProgress: ({ phase }) => phase === 'storing' && stop.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'import-interrupted' });
    const report = await importOn(() => THREAD, sourcing);
    expect(report.resumedAfterLine).toBe(1001);
    // Findings are those of the run that meets them; the broken row lies before the resume point.
    expect(await outcome(sourcing, report)).toEqual({ ...(await outcome(alone, await importOn(() => undefined, alone))), findings: [] });
  });
});
