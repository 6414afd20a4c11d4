import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { given } from '#kernel/decider-spec';
import { erasureCaseDecider, type ErasureCaseCommand } from './erasure-case.decider.js';
import { evolveErasureCase, initialErasureCase, owedStep, type ErasureCaseEvent, type ErasureRequest } from './erasure-case.state.js';
import { ERASURE_STEPS, stepsFor, type ErasureStep, type ErasureTrigger } from './erasure-steps.js';

const caseId = 'case-1';
const asked: ErasureRequest = { caseId, prospectId: 'prospect-1', contactIds: ['contact-1'], trigger: 'opt_out', receivedAt: '2026-10-24T12:00:00.000Z', dueAt: '2026-10-27T12:00:00.000Z' };
const requested = (change: Partial<ErasureRequest> = {}): ErasureCaseEvent => ({ type: 'ErasureRequested', data: { ...asked, ...change, contactIds: [...asked.contactIds] } });
const done = (...steps: ErasureStep[]): ErasureCaseEvent[] => steps.map((step) => ({ type: 'ErasureStepCompleted', data: { caseId, step, count: 1 } }));
const until = (step: ErasureStep) => [requested(), ...done(...ERASURE_STEPS.slice(0, ERASURE_STEPS.indexOf(step)))];
const completed: ErasureCaseEvent = { type: 'ErasureCompleted', data: { caseId, completedAt: '2026-10-24T13:00:00.000Z', proofHash: 'h' } };
const watch = (now: string): ErasureCaseCommand => ({ type: 'Watch', caseId, now: new Date(now) });
const types = (history: ErasureCaseEvent[], command: ErasureCaseCommand) => given(erasureCaseDecider, history).when(command).events!.map(({ type }) => type);

/** The command that records a step. */
function recording(step: ErasureStep): ErasureCaseCommand {
  switch (step) {
    case 'secure_address': return { type: 'SecureAddresses', caseId, addresses: ['a@b.example'] };
    case 'destroy_keys': return { type: 'RecordDestroyedKeys', caseId, keyIds: ['key-1'], day: '2026-10-24' };
    case 'verify': return { type: 'RecordCleanScan', caseId, files: 3, bytes: 9, hash: 'h' };
    case 'destroy_case_key': return { type: 'Complete', caseId, keys: 1, completedAt: new Date('2026-10-24T13:00:00.000Z'), proofHash: 'h' };
    default: return { type: 'CompleteStep', caseId, step, count: 1 };
  }
}

describe('erasure case', () => {
  it('ERA-01 takes the steps in their order, each once, and ends with the proof', () => {
    const taken: string[] = [];
    let state = evolveErasureCase(initialErasureCase(), requested());
    for (let step = owedStep(state); step !== undefined; step = owedStep(state)) {
      taken.push(step);
      const events = erasureCaseDecider.decide(recording(step), state);
      expect(events.length).toBeGreaterThan(0);
      state = events.reduce(evolveErasureCase, state);
      expect(erasureCaseDecider.decide(recording(step), state)).toEqual([]);
    }
    expect(taken).toEqual([...ERASURE_STEPS]);
    expect(state.completedAt).toBe('2026-10-24T13:00:00.000Z');
  });

  it.each(ERASURE_STEPS)('ERA-01 records nothing but the step that is owed: %s', (owed) => {
    for (const step of ERASURE_STEPS.filter((name) => name !== owed)) expect(types(until(owed), recording(step))).toEqual([]);
  });

  it.each<[ErasureTrigger, boolean]>([['opt_out', true], ['objection', true], ['consent_withdrawn', true], ['minor', true], ['expired', false]])('RET-02 %s suppresses: %s', (trigger, suppresses) => {
    expect(stepsFor(trigger).includes('suppress')).toBe(suppresses);
  });

  it('ERA-03 a hit runs every step again but the one that can be taken only once', () => {
    expect(types(until('verify'), { type: 'RecordHits', caseId, hits: 1, places: ['outright.db'] })).toEqual(['ErasureReopened']);
    const reopened: ErasureCaseEvent = { type: 'ErasureReopened', data: { caseId, hits: 1, places: ['outright.db'] } };
    const { state } = given(erasureCaseDecider, [...until('verify'), reopened]);
    expect(state).toMatchObject({ done: ['secure_address'], reopened: 1 });
    expect(owedStep(state)).toBe('suppress');
  });

  it.each([
    ['24 hours', '2026-10-25T11:59:59.999Z', []],
    ['at 24 hours', '2026-10-25T12:00:00.000Z', [24]],
    ['after 48 hours, once for the newest mark', '2026-10-26T13:00:00.000Z', [48]],
    ['at 60 hours', '2026-10-27T00:00:00.000Z', [60]],
    ['one millisecond before it is due', '2026-10-27T11:59:59.999Z', [60]],
  ])('CL-02 warns: %s', (_, now, hours) => {
    expect(given(erasureCaseDecider, [requested()]).when(watch(now)).events).toEqual(hours.map((mark) => ({ type: 'ErasureWarned', data: { caseId, hours: mark } })));
  });

  it('CL-02 INV-05 a shorter promise is warned of in proportion and is overdue at its own instant, once', () => {
    const short = requested({ dueAt: '2026-10-24T18:00:00.000Z' });
    expect(types([short], watch('2026-10-24T14:00:00.000Z'))).toEqual(['ErasureWarned']);
    expect(types([short], watch('2026-10-24T18:00:00.000Z'))).toEqual(['ErasureOverdue']);
    expect(types([short, { type: 'ErasureOverdue', data: { caseId, dueAt: '2026-10-24T18:00:00.000Z' } }], watch('2026-10-30T00:00:00.000Z'))).toEqual([]);
    expect(types([short, completed], watch('2026-10-30T00:00:00.000Z'))).toEqual([]);
  });

  it('OPT-02 only a wish with an earlier end changes the case, and none a proved one', () => {
    const again = (change: Partial<ErasureRequest>): ErasureCaseCommand => ({ type: 'Request', ...asked, ...change });
    expect(types([requested()], again({}))).toEqual([]);
    expect(types([requested()], again({ receivedAt: '2026-10-25T12:00:00.000Z', dueAt: '2026-10-28T12:00:00.000Z' }))).toEqual([]);
    expect(types([requested()], again({ receivedAt: '2026-10-23T12:00:00.000Z', dueAt: '2026-10-26T12:00:00.000Z' }))).toEqual(['ErasureRequested']);
    expect(types([requested(), completed], again({ dueAt: '2026-10-25T12:00:00.000Z' }))).toEqual([]);
  });

  it('ERA-10 INV-12 folding events twice, as a replay would, gives the same end', () => {
    fc.assert(fc.property(fc.shuffledSubarray(ERASURE_STEPS.slice()), fc.boolean(), (steps, finished) => {
      const events = [requested(), ...done(...steps), ...(finished ? [completed] : [])];
      const fold = (history: ErasureCaseEvent[]) => history.reduce(evolveErasureCase, initialErasureCase());
      expect(fold([...events, ...events.slice(1)])).toEqual(fold(events));
    }));
  });
});
