import type { CsvRow } from '../csv-reader.js';
import type { Inbox } from './inbox.js';

/** Rows of a file that was read already, on their way to the thread: lines, cells of each, and all cells one behind the other. */
export interface PackedBatch {
  readonly lines: readonly number[];
  readonly widths: readonly number[];
  readonly cells: readonly string[];
}

export function packBatch(rows: readonly CsvRow[]): PackedBatch {
  const cells: string[] = [];
  for (const row of rows) for (const cell of row.cells) cells.push(cell);
  return { lines: rows.map(({ line }) => line), widths: rows.map((row) => row.cells.length), cells };
}

function unpackBatch({ lines, widths, cells }: PackedBatch): CsvRow[] {
  let at = 0;
  return lines.map((line, n) => ({ line, cells: cells.slice(at, (at += widths[n] ?? 0)) }));
}

/** Batches as they arrive, in order; `undefined` comes after the last one. */
export async function* arrivingBatches(inbox: Inbox<PackedBatch | undefined>): AsyncGenerator<CsvRow[]> {
  for (let batch = await inbox.next(); batch !== undefined; batch = await inbox.next()) yield unpackBatch(batch);
}
