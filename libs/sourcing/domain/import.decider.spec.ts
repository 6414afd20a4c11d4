import { describe, expect, it } from '@jest/globals';
import { given } from '#kernel/decider-spec';
import { importDecider, type ImportCommand, type ImportEvent } from './import.decider.js';

const importId = 'import-1';
const attestation = { by: 'Mari', at: '2026-11-01T08:00:00.000Z', text: 'Collected by hand.', textHash: 'h' };
const receive = (fileHash = 'f1'): ImportCommand => ({ type: 'Receive', importId, name: 'nov-fair', fileHash, droppedColumns: ['notes'], attestation });
const reject = (fileHash = 'f0'): ImportCommand => ({ type: 'Reject', importId, name: 'nov-fair', fileHash, reason: 'purchased', rule: 'SRC-03' });
const chunk = (throughLine: number, suppressed = 0): ImportCommand => ({ type: 'StoreChunk', importId, throughLine, counts: { rows: throughLine }, suppressed });
const after = (...commands: ImportCommand[]): ImportEvent[] => commands.reduce<ImportEvent[]>((history, command) => [...history, ...(given(importDecider, history).when(command).events ?? [])], []);
const types = (events: ImportEvent[] | undefined) => events?.map(({ type }) => type);

describe('import stream', () => {
  it('ROL-05 keeps who attested what', () => {
    expect(after(receive())).toMatchObject([{ type: 'ImportBatchReceived', data: { attestedAt: attestation.at, textHash: 'h', droppedColumns: ['notes'], attestation: { by: 'Mari', text: 'Collected by hand.' } } }]);
  });

  it('SRC-13 the same file is received once, another one under the name is refused', () => {
    const history = after(receive(), chunk(10), { type: 'Complete', importId, counts: {}, refusedByReason: {} });
    expect(given(importDecider, history).when(receive()).events).toEqual([]);
    expect(given(importDecider, history).when(receive('f2')).error).toMatchObject({ code: 'import-name-taken', exit: 3 });
  });

  it('SRC-03 a refusal is logged once per file, leaves the name free and ends no import that has it', () => {
    expect(types(after(reject(), reject(), reject('f9')))).toEqual(['ImportBatchRejected', 'ImportBatchRejected']);
    expect(types(after(reject(), receive()))).toEqual(['ImportBatchRejected', 'ImportBatchReceived']);
    expect(given(importDecider, after(receive(), reject('f9'))).state.status).toBe('running');
  });

  it('SRC-10 SRC-13 a chunk moves the resume point forward only, with the count of suppressed rows', () => {
    expect(types(after(receive(), chunk(10, 2), chunk(10, 2), chunk(5), chunk(20)))).toEqual(['ImportBatchReceived', 'ImportRowSuppressed', 'ImportChunkStored', 'ImportChunkStored']);
    expect(given(importDecider, after(receive(), chunk(10))).state).toMatchObject({ status: 'running', throughLine: 10, counts: { rows: 10 } });
  });
});
