import type { EventData } from '#contracts/define-event';
import type * as events from '#contracts/events/sourcing/index';
import { COLLECTIONS, type ImportDoc } from '#contracts/read-models';
import { defineProjection } from '#kernel/projection';
import type { RecordedEvent } from '#kernel/recorded-event';
import { splitCounts } from '../domain/import-report.js';

type Data<D> = EventData<D> extends { data: infer T } ? T : never;

const dataOf = <D>(event: RecordedEvent): Data<D> => event.data as Data<D>;

/** One document per import name. A refused file does not hide an import that has the name. */
export const importsProjection = defineProjection<ImportDoc>({
  name: COLLECTIONS.imports,
  version: 1,
  indexes: ['importId', 'name', 'state', 'fileHash', 'receivedAt'],
  handlers: {
    ImportBatchReceived: (event) => {
      const { importId, name, fileHash, droppedColumns } = dataOf<typeof events.importBatchReceived>(event);
      const doc: ImportDoc = { importId, name, fileHash, state: 'running', receivedAt: event.recordedAt, counts: {}, refusedByReason: {}, throughLine: 0, droppedColumns };
      return [{ id: importId, change: () => doc }];
    },
    ImportBatchRejected: (event) => {
      const { importId, name, fileHash, reason } = dataOf<typeof events.importBatchRejected>(event);
      const doc: ImportDoc = { importId, name, fileHash, state: 'rejected', receivedAt: event.recordedAt, counts: {}, refusedByReason: {}, throughLine: 0, reason };
      return [{ id: importId, change: (known) => (known === undefined || known.state === 'rejected' ? doc : known) }];
    },
    ImportChunkStored: (event) => {
      const { importId, throughLine, counts } = dataOf<typeof events.importChunkStored>(event);
      return [{ id: importId, change: (doc) => (doc === undefined ? undefined : { ...doc, throughLine, ...splitCounts(counts) }) }];
    },
    ImportCompleted: (event) => {
      const { importId, counts, refusedByReason } = dataOf<typeof events.importCompleted>(event);
      return [{ id: importId, change: (doc) => (doc === undefined ? undefined : { ...doc, state: 'completed', counts, refusedByReason }) }];
    },
  },
});
