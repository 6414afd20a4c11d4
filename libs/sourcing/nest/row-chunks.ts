import type { ColumnMap } from '../domain/column-map.js';
import type { ImportConfig } from '../domain/import-config.js';
import { type ProspectRow, RowReader, type RowRules } from '../domain/prospect-row.js';
import type { Finding } from '../domain/refusal-codes.js';
import { type CsvRow, readCsv } from './csv-reader.js';

/** Rows between two resume points. */
const CHUNK = 500;

/** A stretch of the file between two resume points. */
export interface RowChunk<Row = ProspectRow> {
  readonly throughLine: number;
  /** Rows read, refused ones too. */
  readonly read: number;
  /** Bytes of the file that were read so far. */
  readonly bytes: number;
  /** Of one row each. */
  readonly findings: readonly (readonly Finding[])[];
  /** The rows that may be kept. */
  readonly rows: readonly Row[];
}

export interface ReadChunk extends RowChunk {
  /** Of each row, as the file has them. */
  readonly cells: readonly (readonly string[])[];
}

export interface ChunkSource {
  readonly path: string;
  readonly encoding?: string | undefined;
  readonly columns: ColumnMap;
  readonly settings: ImportConfig;
  readonly rules: RowRules;
  /** The last line of the chunk that was stored last. */
  readonly afterLine: number;
  /** The rows, header first, if they are at hand. */
  readonly kept?: Iterable<readonly CsvRow[]> | AsyncIterable<readonly CsvRow[]> | undefined;
}

/** The rows of a file behind a resume point, read by the rules, chunk by chunk. */
export async function* rowChunks({ path, encoding, columns, settings, rules, afterLine, kept }: ChunkSource): AsyncGenerator<ReadChunk> {
  const reader = new RowReader(columns, settings, rules);
  let [bytes, read, throughLine, header] = [0, 0, 0, true];
  let rows: ProspectRow[] = [];
  let cellsOfRows: (readonly string[])[] = [];
  let findings: (readonly Finding[])[] = [];
  const taken = (): ReadChunk => {
    const chunk = { throughLine, read, bytes, findings, rows, cells: cellsOfRows };
    [read, rows, cellsOfRows, findings] = [0, [], [], []];
    return chunk;
  };
  for await (const batch of kept ?? readCsv({ path, encoding, onBytes: (piece) => (bytes += piece.length) })) {
    for (const { line, cells } of batch) {
      if (header || line <= afterLine) {
        header = false;
        continue;
      }
      throughLine = line;
      read += 1;
      const reading = reader.read(line, cells);
      if (reading.findings.length > 0) findings.push(reading.findings);
      if (reading.row !== undefined) {
        rows.push(reading.row);
        cellsOfRows.push(cells);
      }
      if (read === CHUNK) yield taken();
    }
  }
  if (read > 0) yield taken();
}
