import { COLLECTIONS, type ErasureDoc } from '#contracts/read-models';
import { defineProjection } from '#kernel/projection';
import type { RecordedEvent } from '#kernel/recorded-event';
import { nextStep, type ErasureTrigger } from '../domain/erasure-steps.js';

/** `next` is the step that is owed, `none` when all are done. */
export interface ErasureBoardDoc extends ErasureDoc {
  next: string;
  reopened: number;
  overdue: boolean;
}

const change = (event: RecordedEvent, apply: (doc: ErasureBoardDoc) => ErasureBoardDoc) =>
  [{ id: event.data.caseId as string, change: (doc: ErasureBoardDoc | undefined) => (doc === undefined ? undefined : apply(doc)) }];

const owing = (doc: ErasureBoardDoc): ErasureBoardDoc => ({ ...doc, next: nextStep(doc.trigger as ErasureTrigger, Object.keys(doc.steps)) ?? 'none' });

/** The erasure board: every case with its clock and its steps. */
export const erasures = defineProjection<ErasureBoardDoc>({
  name: COLLECTIONS.erasures,
  version: 1,
  indexes: ['state', 'prospectId', 'dueAt', 'next'],
  handlers: {
    ErasureRequested: (event) => {
      const { caseId, prospectId, trigger, receivedAt, dueAt } = event.data as Record<'caseId' | 'prospectId' | 'trigger' | 'receivedAt' | 'dueAt', string>;
      return [{ id: caseId, change: (doc) => owing({ state: 'open', steps: {}, reopened: 0, overdue: false, next: '', ...doc, caseId, prospectId, trigger, receivedAt, dueAt }) }];
    },
    ErasureStepCompleted: (event) => change(event, (doc) => owing({ ...doc, steps: { ...doc.steps, [event.data.step as string]: event.data.count as number } })),
    ErasureReopened: (event) => change(event, ({ steps: { secure_address: secured }, ...doc }) =>
      owing({ ...doc, steps: secured === undefined ? {} : { secure_address: secured }, reopened: doc.reopened + 1 })),
    ErasureWarned: (event) => change(event, (doc) => ({ ...doc, warnedHours: event.data.hours as number })),
    ErasureOverdue: (event) => change(event, (doc) => (doc.state === 'completed' ? doc : { ...doc, state: 'overdue', overdue: true })),
    ErasureCompleted: (event) => change(event, (doc) =>
      ({ ...doc, state: 'completed', completedAt: event.data.completedAt as string, proofHash: event.data.proofHash as string })),
  },
});
