import type { Decider } from '#kernel/decider';
import { OutrightError } from '#kernel/errors';
import type { EventInput } from '#contracts/define-event';
import type * as events from '#contracts/events/sourcing/index';

export type ImportEvent =
  | EventInput<typeof events.importBatchReceived> | EventInput<typeof events.importBatchRejected> | EventInput<typeof events.importRowSuppressed>
  | EventInput<typeof events.importChunkStored> | EventInput<typeof events.importCompleted>;

export interface ImportState {
  readonly status: 'none' | 'running' | 'completed' | 'rejected';
  readonly fileHash?: string;
  readonly throughLine: number;
  /** Cumulative, as of the last chunk. */
  readonly counts: Readonly<Record<string, number>>;
  readonly refusedByReason?: Readonly<Record<string, number>>;
  readonly droppedColumns: readonly string[];
  /** Hashes of files that were refused under this name. */
  readonly rejected: readonly string[];
}

interface OfImport {
  readonly importId: string;
}
export type ImportCommand = OfImport & (
  | { readonly type: 'Receive'; readonly name: string; readonly fileHash: string; readonly droppedColumns: readonly string[]; readonly attestation: { readonly by: string; readonly at: string; readonly text: string; readonly textHash: string } }
  | { readonly type: 'Reject'; readonly name: string; readonly fileHash: string; readonly reason: string; readonly rule: string }
  | { readonly type: 'StoreChunk'; readonly throughLine: number; readonly counts: Readonly<Record<string, number>>; readonly suppressed: number }
  | { readonly type: 'Complete'; readonly counts: Readonly<Record<string, number>>; readonly refusedByReason: Readonly<Record<string, number>> }
);

function evolve(state: ImportState, event: ImportEvent): ImportState {
  switch (event.type) {
    case 'ImportBatchReceived':
      return { ...state, status: 'running', fileHash: event.data.fileHash, throughLine: 0, counts: {}, droppedColumns: event.data.droppedColumns };
    case 'ImportBatchRejected':
      return { ...state, status: state.status === 'none' ? 'rejected' : state.status, rejected: [...state.rejected, event.data.fileHash] };
    case 'ImportChunkStored': return { ...state, throughLine: event.data.throughLine, counts: event.data.counts };
    case 'ImportCompleted': return { ...state, status: 'completed', counts: event.data.counts, refusedByReason: event.data.refusedByReason };
    default: return state;
  }
}

function decide(command: ImportCommand, state: ImportState): ImportEvent[] {
  const { importId } = command;
  switch (command.type) {
    case 'Receive': {
      const { name, fileHash, droppedColumns, attestation: { by, at, text, textHash } } = command;
      if (state.status === 'running' || state.status === 'completed') {
        if (state.fileHash === fileHash) return [];
        throw nameTaken(name);
      }
      return [{ type: 'ImportBatchReceived', data: { importId, name, fileHash, attestedAt: at, textHash, droppedColumns: [...droppedColumns], attestation: { by, text } } }];
    }
    case 'Reject': {
      const { name, fileHash, reason, rule } = command;
      return state.rejected.includes(fileHash) ? [] : [{ type: 'ImportBatchRejected', data: { importId, name, fileHash, reason, rule } }];
    }
    case 'StoreChunk': {
      if (state.status !== 'running' || command.throughLine <= state.throughLine) return [];
      const { throughLine, counts, suppressed } = command;
      return [
        ...(suppressed > 0 ? [{ type: 'ImportRowSuppressed' as const, data: { importId, count: suppressed } }] : []),
        { type: 'ImportChunkStored', data: { importId, throughLine, counts: { ...counts } } },
      ];
    }
    case 'Complete':
      if (state.status !== 'running') return [];
      return [{ type: 'ImportCompleted', data: { importId, counts: { ...command.counts }, refusedByReason: { ...command.refusedByReason } } }];
  }
}

function nameTaken(name: string): OutrightError {
  return new OutrightError(`The import name ${name} belongs to another file or another import.yaml.`, {
    code: 'import-name-taken', rule: 'SRC-13', status: 409, exit: 3, fix: 'Give this file its own name: in import.yaml.',
  });
}

/** One stream per import name: a name is one file with one import.yaml, for ever; a refused file leaves its name free. */
export const importDecider: Decider<ImportState, ImportCommand, ImportEvent> = {
  foldVersion: 'import/1',
  initialState: () => ({ status: 'none', throughLine: 0, counts: {}, droppedColumns: [], rejected: [] }),
  evolve,
  decide,
};
