import { prepareCommit } from '#engine/event-log/event-log';
import { pooledRandomBytes as random } from '#engine/event-log/random-pool';
import { KeyedForms } from '#kernel/address/keyed-forms';
import { LineIds } from '../../domain/line-ids.js';
import { type Candidate, candidateOf } from '../candidate.js';
import { createRequests } from '../create-requests.js';
import { type ChunkSource, rowChunks } from '../row-chunks.js';
import type { RowOrder } from './row-order.js';
import { type RowPacket, RowPacker } from './row-packet.js';

/** The first half of an import: reads, canonicalises, validates and seals what each row is if it is a new person. Stores nothing. */
export async function* preparedPackets({ source, importId, meta, lineKey, pepper, clockAhead }: RowOrder, kept: ChunkSource['kept']): AsyncGenerator<RowPacket> {
  const forms = new KeyedForms(pepper, meta.tenantId);
  const ids = new LineIds(lineKey);
  for await (const { rows, cells, ...chunk } of rowChunks({ ...source, kept })) {
    const packer = new RowPacker();
    const now = new Date(Date.now() + clockAhead);
    // Keys of one chunk begin alike, so that the index takes them side by side.
    const beginning = random(4).toString('hex');
    for (const [n, row] of rows.entries()) {
      const candidate = candidateOf(row, forms, ids, undefined);
      packer.add({ ...candidate, ready: row.samePerson === undefined ? ready(candidate, beginning, now) : undefined }, cells[n] ?? []);
    }
    yield { ...chunk, rows: rows.length, texts: packer.texts, numbers: packer.numbers, blob: packer.blob() };
  }

  function ready(candidate: Candidate, beginning: string, now: Date): NonNullable<Candidate['ready']> {
    const key = { kid: `key-${beginning}${random(12).toString('hex')}`, key: random(32) };
    const keys = new Map([['marketing', key]]);
    return { key, requests: createRequests(candidate, { importId, meta, prepare: (request) => prepareCommit(request, keys, now, random) }) };
  }
}
