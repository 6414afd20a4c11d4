import { stat } from 'node:fs/promises';
import type { AddressBook } from '#contracts/api/address-book';
import type { CatchUp } from '#contracts/api/catch-up';
import type { Tenancy } from '#contracts/api/tenancy';
import { COLLECTIONS, type ImportDoc } from '#contracts/read-models';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import type { Aggregate } from '#engine/event-log/aggregate';
import type { EventMeta } from '#engine/event-log/event-codec';
import type { EventLog } from '#engine/event-log/event-log';
import type { DataKey, KeyVault } from '#engine/key-vault/key-vault.port';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import type { KeyProvider } from '#engine/secrets/key-provider.port';
import type { Actor } from '#kernel/envelope';
import { OutrightError, RefusedByRule } from '#kernel/errors';
import { type ImportReport, ImportTally, splitCounts } from '../domain/import-report.js';
import type { ImportCommand, ImportEvent, ImportState } from '../domain/import.decider.js';
import { LineIds } from '../domain/line-ids.js';
import type { RowRules } from '../domain/prospect-row.js';
import type { Candidate } from './candidate.js';
import { candidateChunks, threadChunks } from './candidate-chunks.js';
import { FateForecast } from './fate-forecast.js';
import type { ReadImportFile } from './import-file.js';
import { stopIfAborted } from './import-interrupted.js';
import { type Scan, scanImport } from './import-scan.js';
import { type ChunkSource, type RowChunk, rowChunks } from './row-chunks.js';
import type { RowKeeper } from './row-keeper.js';
import { RowStore } from './row-store.js';
import { RowThread, rowThreadFor, type RowThreadModule } from './thread/row-thread.js';

export interface ImportProgress {
  readonly phase: 'checking' | 'storing';
  readonly rows: number;
  /** 0 to 100 of the phase. */
  readonly percent: number;
  readonly rowsPerSecond: number;
}

export interface ImportOptions {
  readonly actor: Actor;
  /** Says what would happen; stores and records nothing. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

export interface ImportParts {
  readonly log: EventLog;
  readonly vault: KeyVault;
  readonly registry: ContactRegistry;
  readonly keys: KeyProvider;
  readonly models: ReadModelStore;
  readonly catchUp: CatchUp;
  readonly book: AddressBook;
  readonly tenancy: Tenancy;
  readonly imports: Aggregate<ImportState, ImportCommand, ImportEvent>;
  /** Where the rows of a file of this size are prepared; undefined = on the event loop. */
  readonly threadFor?: (bytes: number) => RowThreadModule | undefined;
}

/** One run over one file. */
export class ImportRun {
  private readonly started = performance.now();
  private readonly rules: RowRules;
  private readonly meta: EventMeta;
  private thread: RowThread | undefined;

  constructor(private readonly file: ReadImportFile, private readonly importId: string, private readonly options: ImportOptions, private readonly parts: ImportParts) {
    const { tenancy, log } = parts;
    this.meta = { tenantId: tenancy.tenantId, actor: options.actor, policyVersion: tenancy.policyVersion() };
    this.rules = {
      now: log.clock.now(), retention: tenancy.setting<string>('retention.marketing'), legalTz: tenancy.setting<string>('legalTz'), holdMin: tenancy.setting<number>('age.holdMin'),
    };
  }

  async run(): Promise<ImportReport> {
    try {
      return await this.checkAndStore();
    } finally {
      await this.thread?.close();
    }
  }

  private async checkAndStore(): Promise<ImportReport> {
    const { keys, registry, book, threadFor = rowThreadFor } = this.parts;
    const { key: hashKey } = await keys.secret('suppression-pepper');
    // Started now, so that it is up when the file has been checked.
    const module = this.options.dryRun === true ? undefined : threadFor(await this.fileBytes());
    if (module !== undefined) this.thread = new RowThread(module);
    const scan = await scanImport(this.file, {
      tenantId: this.meta.tenantId, hashKey, rules: this.rules, registry, book, signal: this.options.signal,
      onRead: (read, total, rows) => this.progress('checking', rows, read, total),
    });
    if (scan.purchasedLine !== undefined) throw await this.rejected(scan, scan.purchasedLine);
    if (this.options.dryRun === true) return this.forecast(scan);
    const twin = await this.twin(scan.fileHash);
    if (twin !== undefined) return twin;
    return this.store(scan, hashKey);
  }

  private async forecast(scan: Scan): Promise<ImportReport> {
    const tally = new ImportTally();
    const { book, registry } = this.parts;
    const forecast = new FateForecast(this.meta.tenantId, book, registry, scan.groups, tally);
    await this.eachChunk(scan, tally, rowChunks(this.source(scan, 0)), forecast);
    return this.report(tally, scan.columns.dropped);
  }

  private async store(scan: Scan, pepper: Buffer): Promise<ImportReport> {
    const { imports, vault } = this.parts;
    const { importId, meta } = this;
    const before = await imports.load(importId);
    await vault.create([{ tenantId: meta.tenantId, subjectId: importId, purposeClass: 'evidence' }]);
    await this.record({
      type: 'Receive', importId, name: this.file.name, fileHash: scan.fileHash, droppedColumns: scan.columns.dropped, attestation: this.file.attestation,
    });
    if (before.state.status === 'completed') return this.again(before.state);
    const lineKey = await this.lineKey();
    const resumed = before.state.status === 'running' ? before.state : undefined;
    const tally = new ImportTally(resumed?.counts);
    const { log, registry, book } = this.parts;
    const store = new RowStore({ importId, meta, rule: this.rules, groups: scan.groups, tally, log, vault, registry, book });
    await this.eachChunk(scan, tally, this.candidates(scan, resumed?.throughLine ?? 0, lineKey.key, pepper), store, async (throughLine, suppressed) => {
      await this.record({ type: 'StoreChunk', importId, throughLine, counts: tally.snapshot(), suppressed });
    });
    await this.record({ type: 'Complete', importId, ...splitCounts(tally.snapshot()) });
    await this.forgetLines(lineKey);
    return this.report(tally, scan.columns.dropped, { resumedAfterLine: resumed === undefined ? undefined : resumed.throughLine });
  }

  /** Hands the chunks over in order. While one is being kept, the resume point of the one before it becomes durable. */
  private async eachChunk<Row>(scan: Scan, tally: ImportTally, chunks: AsyncIterable<RowChunk<Row>>, keeper: RowKeeper<Row>, stored?: (throughLine: number, suppressed: number) => Promise<void>): Promise<void> {
    const total = await this.fileBytes();
    let [seen, suppressedBefore] = [0, tally.suppressed];
    let recorded = Promise.resolve();
    try {
      for await (const { throughLine, read, bytes, findings, rows } of chunks) {
        seen += read;
        tally.rows(read);
        for (const ofRow of findings) tally.note(ofRow);
        await keeper.keep(rows);
        await recorded;
        const [done, of] = bytes > 0 ? [bytes, total] : [seen, scan.rows];
        const rowsSeen = seen;
        recorded = Promise.resolve(stored?.(throughLine, tally.suppressed - suppressedBefore)).then(() => this.progress('storing', rowsSeen, done, of));
        // Heard where it is waited for.
        recorded.catch(() => undefined);
        suppressedBefore = tally.suppressed;
        if (this.options.signal?.aborted === true) break;
      }
    } finally {
      await recorded;
    }
    stopIfAborted(this.options.signal);
  }

  private candidates(scan: Scan, afterLine: number, lineKey: Buffer, pepper: Buffer): AsyncIterable<RowChunk<Candidate>> {
    const { importId, meta, thread, parts: { book, log } } = this;
    const context = { forms: book, ids: new LineIds(lineKey), groups: scan.groups };
    const { kept, ...source } = this.source(scan, afterLine);
    if (thread === undefined) return candidateChunks({ ...source, kept }, context);
    const clockAhead = log.clock.now().getTime() - Date.now();
    return threadChunks(thread, { source, importId, meta, lineKey, pepper, clockAhead }, scan.kept, context);
  }

  private source({ columns, kept }: Scan, afterLine: number): ChunkSource {
    const { path, encoding, settings } = this.file;
    return { path, encoding, settings, columns, rules: this.rules, afterLine, kept };
  }

  private fileBytes(): Promise<number> {
    return stat(this.file.path).then(({ size }) => size, () => 0);
  }

  private async record(command: ImportCommand): Promise<void> {
    await this.parts.imports.execute(this.importId, command, { meta: this.meta, subjectId: this.importId });
  }

  /** SRC-03: logged, and nothing of the file is stored. */
  private async rejected(scan: Scan, line: number): Promise<RefusedByRule> {
    if (this.options.dryRun !== true) {
      await this.record({ type: 'Reject', importId: this.importId, name: this.file.name, fileHash: scan.fileHash, reason: 'purchased', rule: 'SRC-03' });
    }
    const fix = 'Leave bought data out: collect the people yourself, from sources that can be named.';
    return new RefusedByRule(`The file holds purchased data, first on line ${line}; none of its rows was stored.`, {
      code: 'purchased', rule: 'SRC-03', fix, findings: [{ line, column: 'source_type', code: 'purchased', rule: 'SRC-03', fix }],
    });
  }

  /** The same file and import.yaml under another name. */
  private async twin(fileHash: string): Promise<ImportReport | undefined> {
    const { models, catchUp, imports } = this.parts;
    await catchUp.readModels();
    const { items } = await models.find<ImportDoc>(COLLECTIONS.imports, { where: { fileHash, state: 'completed' } });
    const twin = items.find(({ importId }) => importId !== this.importId);
    if (twin === undefined) return undefined;
    const { state } = await imports.load(twin.importId);
    return { ...(await this.again(state)), importId: twin.importId, name: twin.name };
  }

  private async again(state: ImportState): Promise<ImportReport> {
    const known = await this.parts.vault.find(this.lineKeyOwner);
    if (typeof known === 'object') await this.forgetLines(known);
    const tally = new ImportTally(state.counts);
    return { ...this.report(tally, state.droppedColumns, { alreadyImported: true }), refusedByReason: state.refusedByReason ?? {} };
  }

  private get lineKeyOwner() {
    return { tenantId: this.meta.tenantId, subjectId: this.importId, purposeClass: 'security' as const };
  }

  private async lineKey(): Promise<DataKey> {
    const [key] = await this.parts.vault.create([this.lineKeyOwner]);
    if (key === undefined) throw new OutrightError('The key of the import could not be made.', { code: 'no-data-key', exit: 1, status: 500 });
    return key;
  }

  /** From here on nothing leads from a contact back to a line of the file. */
  private async forgetLines({ kid }: DataKey): Promise<void> {
    await this.parts.vault.destroy([kid], this.parts.log.clock.now().toISOString().slice(0, 10));
  }

  private progress(phase: ImportProgress['phase'], rows: number, read: number, total: number): void {
    const seconds = (performance.now() - this.started) / 1000;
    this.options.onProgress?.({ phase, rows, percent: total === 0 ? 100 : Math.min(100, Math.floor((100 * read) / total)), rowsPerSecond: seconds === 0 ? 0 : Math.round(rows / seconds) });
  }

  private report(tally: ImportTally, droppedColumns: readonly string[], how: Partial<Pick<ImportReport, 'alreadyImported' | 'resumedAfterLine'>> = {}): ImportReport {
    const seconds = (performance.now() - this.started) / 1000;
    const split = splitCounts(tally.snapshot());
    return {
      importId: this.importId, name: this.file.name, dryRun: this.options.dryRun === true, alreadyImported: false, resumedAfterLine: undefined, ...how,
      ...split, droppedColumns, findings: tally.findings, seconds: Number(seconds.toFixed(3)), rowsPerSecond: Math.round((split.counts['rows'] ?? 0) / Math.max(seconds, 0.001)),
    };
  }
}
