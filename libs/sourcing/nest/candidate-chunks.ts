import type { LineIds } from '../domain/line-ids.js';
import { Breather } from './breather.js';
import { type Candidate, candidateOf, type Forms } from './candidate.js';
import type { CsvRow } from './csv-reader.js';
import type { PersonGroups } from './person-groups.js';
import { type ChunkSource, type RowChunk, rowChunks } from './row-chunks.js';
import type { RowOrder } from './thread/row-order.js';
import type { RowThread } from './thread/row-thread.js';

export interface CandidateContext {
  readonly forms: Forms;
  readonly ids: LineIds;
  readonly groups: PersonGroups;
}

/** The chunks of a file as candidates, read on the event loop. */
export async function* candidateChunks(source: ChunkSource, { forms, ids, groups }: CandidateContext): AsyncGenerator<RowChunk<Candidate>> {
  const breather = new Breather();
  for await (const { cells: _cells, ...chunk } of rowChunks(source)) {
    const rows: Candidate[] = [];
    for (const row of chunk.rows) {
      rows.push(candidateOf(row, forms, ids, groups.prospectId(row.samePerson)));
      await breather.pause();
    }
    yield { ...chunk, rows };
  }
}

/** The same from a thread, with new people prepared; what a thread that failed has left is read on the event loop. */
export async function* threadChunks(thread: RowThread, order: Omit<RowOrder, 'given'>, kept: CsvRow[][] | undefined, context: CandidateContext): AsyncGenerator<RowChunk<Candidate>> {
  let { afterLine } = order.source;
  const ahead = thread.chunks(order, kept, context.groups);
  for (;;) {
    const { done, value } = await ahead.next();
    if (done === true) {
      if (value === 'failed') yield* candidateChunks({ ...order.source, afterLine }, context);
      return;
    }
    yield value;
    afterLine = value.throughLine;
  }
}
