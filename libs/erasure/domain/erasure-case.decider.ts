import type { Decider } from '#kernel/decider';
import { erasureMarks } from './erasure-clock.js';
import {
  evolveErasureCase, initialErasureCase, owedStep, type ErasureCaseEvent, type ErasureCaseState, type ErasureRequest,
} from './erasure-case.state.js';
import type { ErasureStep } from './erasure-steps.js';

export type ErasureCaseCommand = { readonly caseId: string } & (
  | ({ readonly type: 'Request' } & ErasureRequest)
  | { readonly type: 'SecureAddresses'; readonly addresses: readonly string[] }
  | { readonly type: 'CompleteStep'; readonly step: Exclude<ErasureStep, 'secure_address' | 'destroy_keys' | 'verify' | 'destroy_case_key'>; readonly count: number }
  | { readonly type: 'RecordDestroyedKeys'; readonly keyIds: readonly string[]; readonly day: string }
  | { readonly type: 'RecordCleanScan'; readonly files: number; readonly bytes: number; readonly hash: string }
  | { readonly type: 'RecordHits'; readonly hits: number; readonly places: readonly string[] }
  | { readonly type: 'Complete'; readonly keys: number; readonly completedAt: Date; readonly proofHash: string }
  | { readonly type: 'Watch'; readonly now: Date }
);

const step = (caseId: string, name: ErasureStep, count: number): ErasureCaseEvent =>
  ({ type: 'ErasureStepCompleted', data: { caseId, step: name, count } });

/** A second wish moves the clock only forward: the earliest receipt counts (OPT-02). */
function request({ type: _, contactIds, ...asked }: Extract<ErasureCaseCommand, { type: 'Request' }>, { request: known, completedAt }: ErasureCaseState): ErasureCaseEvent[] {
  const later = known !== undefined && Date.parse(asked.dueAt) >= Date.parse(known.dueAt);
  return completedAt !== undefined || later ? [] : [{ type: 'ErasureRequested', data: { ...asked, contactIds: [...(known?.contactIds ?? contactIds)] } }];
}

/** Warns once for each mark that has passed, only for the newest; from the due instant on the case is overdue, never silent (INV-05). */
function watch(now: Date, state: ErasureCaseState): ErasureCaseEvent[] {
  const { request: asked, completedAt, overdue, warnedHours } = state;
  if (asked === undefined || completedAt !== undefined || overdue) return [];
  const { caseId, receivedAt, dueAt } = asked;
  if (now.getTime() >= Date.parse(dueAt)) return [{ type: 'ErasureOverdue', data: { caseId, dueAt } }];
  const passed = erasureMarks(receivedAt, dueAt).filter(({ at }) => now.getTime() >= Date.parse(at)).at(-1);
  return passed === undefined || passed.hours <= warnedHours ? [] : [{ type: 'ErasureWarned', data: { caseId, hours: passed.hours } }];
}

/** A step is recorded only when it is the one that is owed, so a step that was done twice is recorded once. */
function decide(command: ErasureCaseCommand, state: ErasureCaseState): ErasureCaseEvent[] {
  const { caseId } = command;
  const owed = owedStep(state);
  switch (command.type) {
    case 'Request': return request(command, state);
    case 'Watch': return watch(command.now, state);
    case 'CompleteStep': return owed === command.step ? [step(caseId, command.step, command.count)] : [];
    case 'SecureAddresses': {
      if (owed !== 'secure_address') return [];
      const { length: count } = command.addresses;
      return [{ type: 'ErasureAddressesSecured', data: { caseId, count, addresses: [...command.addresses] } }, step(caseId, 'secure_address', count)];
    }
    case 'RecordDestroyedKeys': {
      if (owed !== 'destroy_keys') return [];
      return [{ type: 'KeysDestroyed', data: { caseId, keyIds: [...command.keyIds], day: command.day } }, step(caseId, 'destroy_keys', command.keyIds.length)];
    }
    case 'RecordCleanScan': {
      if (owed !== 'verify') return [];
      const { files, bytes, hash } = command;
      return [{ type: 'ErasureVerified', data: { caseId, scannedFiles: files, scannedBytes: bytes, hits: 0, scanHash: hash } }, step(caseId, 'verify', files)];
    }
    case 'RecordHits':
      return owed === 'verify' ? [{ type: 'ErasureReopened', data: { caseId, hits: command.hits, places: [...command.places] } }] : [];
    case 'Complete': {
      if (owed !== 'destroy_case_key') return [];
      return [step(caseId, 'destroy_case_key', command.keys), { type: 'ErasureCompleted', data: { caseId, completedAt: command.completedAt.toISOString(), proofHash: command.proofHash } }];
    }
  }
}

/** The case stream of one erasure. */
export const erasureCaseDecider: Decider<ErasureCaseState, ErasureCaseCommand, ErasureCaseEvent> = {
  foldVersion: 'erasure-case/1',
  initialState: initialErasureCase,
  evolve: evolveErasureCase,
  decide,
};
