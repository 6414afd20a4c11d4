import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StartErasure } from '#contracts/api/erasures';
import type { ProcessManager } from '#kernel/process-manager';
import type { RecordedEvent } from '#kernel/recorded-event';
import { erasureCaseDecider, type ErasureCaseCommand } from '../domain/erasure-case.decider.js';
import { initialErasureCase, evolveErasureCase, owedStep, type ErasureCaseEvent, type ErasureCaseState } from '../domain/erasure-case.state.js';
import { HonourWish, WatchErasureClock, type ErasureStepCommand } from './erasure.commands.js';
import { erasureSteps, type ErasureStepsDoc } from './erasure-steps.process-manager.js';
import { optOutToErasure } from './opt-out-to-erasure.process-manager.js';

const HOUR = 3_600_000;
const START = Date.parse('2026-10-24T12:00:00.000Z');
const at = (hours: number) => new Date(START + hours * HOUR).toISOString();
const event = (type: string, data: object, recordedAt = at(0)) => ({ type, data, recordedAt }) as unknown as RecordedEvent;

/** The document after these events. */
function fold<D extends { owed: 0 | 1; nextAt: string } & Record<string, unknown>>(manager: ProcessManager<D, unknown>, events: readonly RecordedEvent[]): D | undefined {
  return events.reduce<D | undefined>((doc, one) => (manager.handlers[one.type]?.(one) ?? []).reduce<D | undefined>((current, { change }) => change(current) ?? current, doc), undefined);
}
const optedOut = (type: string, receivedAt: string, recordedAt = receivedAt) =>
  event(type, { contactId: 'contact-1', prospectId: 'prospect-1', receivedAt, erasureDueAt: new Date(Date.parse(receivedAt) + 72 * HOUR).toISOString() }, recordedAt);
const begun = event('ContactErasureStarted', { contactId: 'contact-1', caseId: 'case-1' }, at(2));

describe('opt-out to erasure', () => {
  it.each([['OptOutRecorded', 'opt_out'], ['ObjectionRecorded', 'objection']] as const)('OPT-10 OPT-11 given %s, when it is due, then the erasure starts with its clock', (type, trigger) => {
    const doc = fold(optOutToErasure, [optedOut(type, at(0))])!;
    expect(doc.owed).toBe(1);
    expect(optOutToErasure.due(doc, new Date(at(0)))).toEqual([new StartErasure({ prospectId: 'prospect-1', trigger, receivedAt: new Date(at(0)), dueAt: new Date(at(72)) })]);
  });

  it('OPT-02 given several wishes, when it is due, then the earliest receipt counts, in any order', () => {
    const wishes = [optedOut('OptOutRecorded', at(5)), optedOut('ObjectionRecorded', at(1)), optedOut('OptOutRecorded', at(3))];
    fc.assert(fc.property(fc.shuffledSubarray(wishes, { minLength: 3 }), (order) => {
      expect(optOutToErasure.due(fold(optOutToErasure, order)!, new Date(at(9)))[0]).toMatchObject({ request: { trigger: 'objection', receivedAt: new Date(at(1)) } });
    }));
  });

  it('CON-03 given a withdrawn consent alone, when it is due, then the stream is asked; another basis settles it', () => {
    const withdrawn = event('ConsentWithdrawn', { contactId: 'contact-1', withdrawnAt: at(0) });
    expect(optOutToErasure.due(fold(optOutToErasure, [withdrawn])!, new Date(at(0)))).toEqual([new HonourWish('contact-1')]);
    expect(fold(optOutToErasure, [withdrawn, event('BasisAssigned', { contactId: 'contact-1', basis: {} })])!.owed).toBe(0);
  });

  it('ERA-10 given the erasure began, then nothing is owed', () => {
    expect(fold(optOutToErasure, [optedOut('OptOutRecorded', at(0)), begun])!.owed).toBe(0);
    expect(fold(optOutToErasure, [begun])).toBeUndefined();
  });
});

const requested = event('ErasureRequested', { caseId: 'case-1', prospectId: 'prospect-1', contactIds: [], trigger: 'opt_out', receivedAt: at(0), dueAt: at(72) });
const step = (name: string) => event('ErasureStepCompleted', { caseId: 'case-1', step: name, count: 1 });
const workOf = (events: RecordedEvent[], now: string) => erasureSteps.due(fold(erasureSteps, events)!, new Date(now)).map(({ type }) => type);
const toVerify = ['suppress', 'cancel_sends', 'revoke_timers', 'secure_address', 'notify_recipients', 'destroy_keys', 'remove_registry_rows', 'purge_read_models', 'remove_messages'].map(step);

describe('erasure steps', () => {
  it.each([
    ['an open case', [requested], at(0), ['AdvanceErasure']],
    ['all but the search', [requested, ...toVerify], at(0), ['VerifyErasures']],
    ['a clean search', [requested, ...toVerify, step('verify')], at(0), ['AdvanceErasure']],
    ['24 hours', [requested], at(24), ['WatchErasureClock', 'AdvanceErasure']],
    ['24 hours, warned', [requested, event('ErasureWarned', { caseId: 'case-1', hours: 24 }, at(24))], at(25), ['AdvanceErasure']],
    ['72 hours', [requested, event('ErasureWarned', { caseId: 'case-1', hours: 60 }, at(60))], at(72), ['WatchErasureClock', 'AdvanceErasure']],
    ['overdue', [requested, event('ErasureOverdue', { caseId: 'case-1', dueAt: at(72) }, at(72))], at(90), ['AdvanceErasure']],
    ['a trace found', [requested, ...toVerify, event('ErasureReopened', { caseId: 'case-1', hits: 1, places: [] }, at(1))], at(1), []],
    ['a trace found, later', [requested, ...toVerify, event('ErasureReopened', { caseId: 'case-1', hits: 1, places: [] }, at(1))], at(1.2), ['AdvanceErasure']],
  ])('ERA-01 CL-02 given %s, when it is due, then the case is driven', (_, events, now, expected) => {
    expect(workOf(events, now)).toEqual(expected);
  });

  it('INV-05 a pause after a found trace never hides a mark of the clock', () => {
    const reopened = Array.from({ length: 9 }, (_, n) => event('ErasureReopened', { caseId: 'case-1', hits: 1, places: [] }, at(20 + n / 10)));
    const doc = fold(erasureSteps, [requested, ...reopened])!;
    expect(doc.nextAt).toBe(at(24));
    expect(Date.parse(doc.retryAt) - Date.parse(at(20.8))).toBe(6 * HOUR);
  });

  it('INV-05 over random outages every case is proved in time or called overdue at the first look after it was due', () => {
    const outages = fc.array(fc.tuple(fc.integer({ min: 0, max: 110 }), fc.integer({ min: 1, max: 60 }), fc.constantFrom('all', 'steps')), { maxLength: 5 });
    const traces = fc.array(fc.boolean(), { maxLength: 4 });
    fc.assert(fc.property(outages, traces, fc.constantFrom(1, 12, 72), (down, found, promise) => {
      const world = new Simulation(promise, found);
      const silent: number[] = [];
      for (let hour = 0; hour <= 130; hour += 0.5) {
        const out = down.filter(([from, long]) => hour >= from && hour < from + long).map(([, , what]) => what);
        if (out.includes('all')) continue;
        world.look(hour, out.includes('steps'));
        if (hour >= promise && world.state.completedAt === undefined && !world.state.overdue) silent.push(hour);
      }
      expect(silent).toEqual([]);
      const { completedAt, overdue } = world.state;
      expect(overdue || Date.parse(completedAt!) <= START + promise * HOUR).toBe(true);
    }), { numRuns: 60 });
  });
});

/** One case under the process manager, with steps that fail or find traces as told. */
class Simulation {
  private doc: ErasureStepsDoc;
  state: ErasureCaseState = initialErasureCase();

  constructor(promiseHours: number, private readonly traces: boolean[]) {
    this.doc = undefined as never;
    this.record({ type: 'Request', caseId: 'case-1', prospectId: 'p', contactIds: [], trigger: 'opt_out', receivedAt: at(0), dueAt: at(promiseHours) }, 0);
  }

  /** As the runner does: what is owed and due, the rest after it only if it worked. */
  look(hour: number, stepsFail: boolean): void {
    for (let round = 0; round < 40 && this.doc.owed === 1 && Date.parse(this.doc.nextAt) <= START + hour * HOUR; round++) {
      const commands = erasureSteps.due(this.doc, new Date(at(hour)));
      for (const command of commands) if (!this.execute(command, hour, stepsFail)) return;
      if (commands.length === 0) return;
    }
  }

  private execute(command: ErasureStepCommand, hour: number, stepsFail: boolean): boolean {
    if (command instanceof WatchErasureClock) this.record({ type: 'Watch', caseId: 'case-1', now: new Date(at(hour)) }, hour);
    else if (stepsFail) return false;
    else this.record(this.workDone(hour), hour);
    return true;
  }

  private workDone(hour: number): ErasureCaseCommand {
    const owed = owedStep(this.state)!;
    switch (owed) {
      case 'secure_address': return { type: 'SecureAddresses', caseId: 'case-1', addresses: [] };
      case 'destroy_keys': return { type: 'RecordDestroyedKeys', caseId: 'case-1', keyIds: [], day: '2026-10-24' };
      case 'verify': return this.traces.shift() === true ? { type: 'RecordHits', caseId: 'case-1', hits: 1, places: [] } : { type: 'RecordCleanScan', caseId: 'case-1', files: 0, bytes: 0, hash: '' };
      case 'destroy_case_key': return { type: 'Complete', caseId: 'case-1', keys: 0, completedAt: new Date(at(hour)), proofHash: '' };
      default: return { type: 'CompleteStep', caseId: 'case-1', step: owed, count: 0 };
    }
  }

  private record(command: ErasureCaseCommand, hour: number): void {
    const events: ErasureCaseEvent[] = erasureCaseDecider.decide(command, this.state);
    this.state = events.reduce(evolveErasureCase, this.state);
    for (const one of events) this.doc = erasureSteps.handlers[one.type]?.(event(one.type, one.data, at(hour)))[0]!.change(this.doc) ?? this.doc;
  }
}
