import { createHmac } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { AddressBook } from '#contracts/api/address-book';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import { BadInput } from '#kernel/errors';
import { type ColumnMap, mapColumns } from '../domain/column-map.js';
import { RowReader, type RowRules } from '../domain/prospect-row.js';
import { PURCHASED } from '../domain/source-of.js';
import { Breather } from './breather.js';
import { type CsvRow, readCsv } from './csv-reader.js';
import type { ReadImportFile } from './import-file.js';
import { stopIfAborted } from './import-interrupted.js';
import { PersonGroups } from './person-groups.js';

export interface Scan {
  /** Keyed hash over the file and import.yaml: a plain hash of a short list could be guessed. */
  readonly fileHash: string;
  readonly columns: ColumnMap;
  readonly rows: number;
  /** Line of the first bought row, if any (SRC-03). */
  readonly purchasedLine: number | undefined;
  readonly groups: PersonGroups;
  /** The rows themselves, header first, where the file is small enough to be read only once. */
  readonly kept: CsvRow[][] | undefined;
}

/** Bytes of a file whose rows are kept in memory between checking and storing. */
const KEPT_BYTES = 8 * 1024 * 1024;

export interface ScanContext {
  readonly tenantId: string;
  readonly hashKey: Buffer;
  readonly rules: RowRules;
  readonly book: AddressBook;
  readonly registry: ContactRegistry;
  readonly signal?: AbortSignal | undefined;
  readonly onRead?: ((bytesRead: number, bytesTotal: number, rows: number) => void) | undefined;
}

/**
 * Reads the whole file before anything is stored: what refuses a file, refuses all of it.
 * @throws BadInput for files, encodings and headers that cannot be read
 */
export async function scanImport(file: ReadImportFile, { tenantId, hashKey, rules, book, registry, signal, onRead }: ScanContext): Promise<Scan> {
  const hash = createHmac('sha256', hashKey).update(`outright/import-file/v1\0${tenantId}\0${file.configHash}\0`);
  const groups = new PersonGroups(tenantId, book, registry);
  const breather = new Breather();
  let [bytesRead, rows] = [0, 0];
  let columns: ColumnMap | undefined;
  let reader: RowReader | undefined;
  let purchasedLine: number | undefined;
  const onBytes = (bytes: Buffer): void => {
    bytesRead += bytes.length;
    hash.update(bytes);
  };
  const total = await stat(file.path).then(({ size }) => size, () => 0);
  const kept: CsvRow[][] | undefined = total <= KEPT_BYTES ? [] : undefined;
  for await (const batch of readCsv({ path: file.path, encoding: file.encoding, onBytes })) {
    kept?.push(batch);
    for (const { line, cells } of batch) {
      if (columns === undefined || reader === undefined) {
        columns = mapColumns(cells, file.settings);
        reader = new RowReader(columns, file.settings, rules);
        continue;
      }
      rows += 1;
      if (reader.cell(cells, 'source_type').toLowerCase() === PURCHASED) purchasedLine ??= line;
      if (reader.cell(cells, 'same_person') !== '') {
        await groups.learn(reader.cell(cells, 'same_person'), reader.read(line, cells));
        await breather.pause();
      }
    }
    await breather.pause();
    stopIfAborted(signal);
    onRead?.(bytesRead, total, rows);
  }
  if (columns === undefined) throw new BadInput('The file has no header line.', { code: 'csv-empty', rule: 'SRC-01', fix: 'Export it again, with a header line.' });
  return { fileHash: hash.digest('hex'), columns, rows, purchasedLine, groups, kept: bytesRead <= KEPT_BYTES ? kept : undefined };
}
