import type { ProcessManager } from '#kernel/process-manager';
import type { RecordedEvent } from '#kernel/recorded-event';
import { erasureMarks } from '../domain/erasure-clock.js';
import { initialErasureCase, evolveErasureCase, owedStep, type ErasureCaseEvent, type ErasureCaseState } from '../domain/erasure-case.state.js';
import { AdvanceErasure, VerifyErasures, WatchErasureClock, type ErasureStepCommand } from './erasure.commands.js';

export interface ErasureStepsDoc extends Record<string, unknown> {
  caseId: string;
  owed: 0 | 1;
  nextAt: string;
  /** After a search that found something: not before this instant again. */
  retryAt: string;
  state: ErasureCaseState;
}

const MINUTE = 60_000;
const LONGEST_PAUSE = 6 * 60 * MINUTE;

/** When the clock of the case has something to say next; undefined once it is overdue. */
function nextMark({ request, overdue, warnedHours }: ErasureCaseState): string | undefined {
  if (request === undefined || overdue) return undefined;
  return erasureMarks(request.receivedAt, request.dueAt).find(({ hours }) => hours > warnedHours)?.at ?? request.dueAt;
}

const sooner = (a: string, b: string | undefined): string => (b !== undefined && Date.parse(b) < Date.parse(a) ? b : a);

const fold = (event: RecordedEvent) => [{
  id: event.data.caseId as string,
  change: (doc: ErasureStepsDoc | undefined): ErasureStepsDoc => {
    const state = evolveErasureCase(doc?.state ?? initialErasureCase(), event as unknown as ErasureCaseEvent);
    const pause = event.type === 'ErasureReopened' ? Math.min(LONGEST_PAUSE, 10 * MINUTE * 2 ** (state.reopened - 1)) : 0;
    const retryAt = pause > 0 ? new Date(Date.parse(event.recordedAt) + pause).toISOString() : (doc?.retryAt ?? event.recordedAt);
    return {
      caseId: event.data.caseId as string, state, retryAt, nextAt: sooner(retryAt, nextMark(state)),
      owed: state.request === undefined || state.completedAt !== undefined ? 0 : 1,
    };
  },
}];

/** Drives every open case to its proof, and lets its clock speak before anything else, whatever else fails (INV-05). */
export const erasureSteps: ProcessManager<ErasureStepsDoc, ErasureStepCommand> = {
  name: 'erasure-steps',
  version: 1,
  indexes: [],
  handlers: {
    ErasureRequested: fold,
    ErasureAddressesSecured: fold,
    ErasureStepCompleted: fold,
    ErasureReopened: fold,
    ErasureWarned: fold,
    ErasureOverdue: fold,
    ErasureCompleted: fold,
  },
  due({ caseId, state, retryAt }, now) {
    const mark = nextMark(state);
    const step = owedStep(state);
    const work = step === undefined || now.getTime() < Date.parse(retryAt) ? [] : [step === 'verify' ? new VerifyErasures(caseId) : new AdvanceErasure(caseId)];
    return mark !== undefined && now.getTime() >= Date.parse(mark) ? [new WatchErasureClock(caseId), ...work] : work;
  },
};
