import { foldRetention, retentionAnchor, retentionEnd } from '#compliance/domain/retention-anchor';
import { collectedFromSubject } from '#compliance/domain/source-types';
import { COLLECTIONS } from '#contracts/read-models';
import { defineProjection, type DocChange } from '#kernel/projection';
import type { RecordedEvent } from '#kernel/recorded-event';
import { canSpamDue, endOfUtcDay, met, suppressionDue, type BoardClockDoc } from '../domain/board-clock.js';

type Change = DocChange<BoardClockDoc>;
type Changed = (doc: BoardClockDoc) => BoardClockDoc;

const ifKnown = (id: string, change: Changed): Change => ({ id, change: (doc) => (doc === undefined ? undefined : change(doc)) });
const sooner = (a: string, b: string): string => (Date.parse(b) < Date.parse(a) ? b : a);
const textOf = (event: RecordedEvent) => event.data as Record<string, string>;

/** CL-01, CL-05 and, until the case is open, CL-02: the contact's own stream shows a wish that nothing has taken up. */
function wished(event: RecordedEvent): Change[] {
  const { contactId, channel, receivedAt, erasureDueAt } = textOf(event) as Record<'contactId' | 'channel' | 'receivedAt' | 'erasureDueAt', string>;
  const clock = (kind: 'CL-01' | 'CL-02' | 'CL-05', due: (received: string) => string): Change => ({
    id: `${kind}:${contactId}`,
    change: (doc) => {
      const received = doc?.receivedAt === undefined ? receivedAt : sooner(doc.receivedAt, receivedAt);
      const base: BoardClockDoc = {
        details: { channel }, policyVersion: event.policyVersion, ...doc, clockId: `${kind}:${contactId}`, kind, caseRef: contactId,
        triggeredAt: received, receivedAt: received, dueAt: received === doc?.receivedAt ? doc.dueAt : due(received), state: 'open',
      };
      if (kind === 'CL-02') return doc?.metAt === undefined ? base : met(base, doc.metAt, 'erasure');
      // The suppression stands with the event itself; an earlier receipt that is told later makes it late, never undone.
      return met(base, doc?.metAt ?? event.recordedAt, 'suppression');
    },
  });
  return [clock('CL-01', suppressionDue), clock('CL-05', (received) => canSpamDue(received)), clock('CL-02', () => erasureDueAt)];
}

function noticeOwed(event: RecordedEvent): Change[] {
  const { contactId, method, sourceType, collectedAt, noticeDueAt, importId } = textOf(event) as Record<'contactId' | 'sourceType' | 'collectedAt' | 'noticeDueAt' | 'importId', string> & { method?: string };
  if (collectedFromSubject(method, sourceType)) return [];
  const id = `CL-06:${contactId}`;
  return [{
    id,
    change: () => ({
      clockId: id, kind: 'CL-06', state: 'open', caseRef: contactId, triggeredAt: collectedAt, denyAt: noticeDueAt, dueAt: endOfUtcDay(noticeDueAt),
      policyVersion: event.policyVersion, details: { source: sourceType, importId },
    }),
  }];
}

function noticeTightened(event: RecordedEvent): Change[] {
  const { contactId, collectedAt, noticeDueAt } = textOf(event) as Record<'contactId' | 'collectedAt' | 'noticeDueAt', string>;
  return [ifKnown(`CL-06:${contactId}`, (doc) => {
    const denyAt = sooner(doc.denyAt!, noticeDueAt);
    return doc.state !== 'open' ? doc : { ...doc, triggeredAt: sooner(doc.triggeredAt, collectedAt), denyAt, dueAt: endOfUtcDay(denyAt) };
  })];
}

/** CL-07 of one person, folded by the same function as the sweep that erases (RET-14). */
function lifetime(event: RecordedEvent): Change[] {
  const { prospectId, importId } = textOf(event) as Record<'prospectId' | 'importId', string>;
  const id = `CL-07:${prospectId}`;
  return [{
    id,
    change: (doc) => {
      const facts = foldRetention((doc?.facts ?? {}), event);
      const anchor = retentionAnchor(facts);
      if (anchor === undefined) return undefined;
      const denyAt = retentionEnd(facts)!;
      const details = { importId: doc?.details.importId ?? importId, anchor: anchor === facts.collectedAt ? 'collection' : 'interaction' };
      return { state: 'open', policyVersion: event.policyVersion, ...doc, clockId: id, kind: 'CL-07', caseRef: prospectId, triggeredAt: anchor, denyAt, dueAt: endOfUtcDay(denyAt), details, facts };
    },
  }];
}

function caseOpened(event: RecordedEvent): Change[] {
  const { caseId, receivedAt, dueAt, trigger } = textOf(event) as Record<'caseId' | 'receivedAt' | 'dueAt' | 'trigger', string>;
  const id = `CL-02:${caseId}`;
  return [{
    id,
    change: (doc) => ({ state: 'open', policyVersion: event.policyVersion, ...doc, clockId: id, kind: 'CL-02', caseRef: caseId, triggeredAt: receivedAt, receivedAt, dueAt, details: { steps: 0, ...doc?.details, trigger } }),
  }];
}

const ofCase = (change: (doc: BoardClockDoc, event: RecordedEvent) => BoardClockDoc) => (event: RecordedEvent) =>
  [ifKnown(`CL-02:${textOf(event).caseId}`, (doc) => change(doc, event))];

/** The obligations board: every legal clock with the one stream that feeds it. What is overdue follows from `dueAt` and now. */
export const clocks = defineProjection<BoardClockDoc>({
  name: COLLECTIONS.clocks,
  version: 2,
  indexes: ['kind', 'state', 'dueAt'],
  handlers: {
    ContactAdded: noticeOwed,
    ContactSourceMerged: noticeTightened,
    NoticeProvided: (event) => [ifKnown(`CL-06:${textOf(event).contactId}`, (doc) => met(doc, textOf(event).providedAt!, 'notice'))],
    OptOutRecorded: wished,
    ObjectionRecorded: wished,
    ContactErasureStarted: (event) => ['CL-06', 'CL-02'].map((kind) => ifKnown(`${kind}:${textOf(event).contactId}`, (doc) => met(doc, event.recordedAt, 'erasure'))),
    ProspectSourced: lifetime,
    SourceAdded: lifetime,
    RetentionAnchorMoved: lifetime,
    ErasureStarted: (event) => [ifKnown(`CL-07:${textOf(event).prospectId}`, (doc) => met(doc, event.recordedAt, 'erasure'))],
    ErasureRequested: caseOpened,
    ErasureStepCompleted: ofCase((doc, { data }) => ({ ...doc, details: { ...doc.details, steps: Number(doc.details.steps) + 1, lastStep: data.step as string } })),
    ErasureReopened: ofCase((doc, { data }) => ({ ...doc, details: { ...doc.details, steps: 0, lastStep: 'reopened', traces: data.hits as number } })),
    ErasureOverdue: ofCase((doc, { recordedAt }) => ({ ...doc, details: { ...doc.details, overdueSince: recordedAt } })),
    ErasureCompleted: ofCase((doc, { data }) => met(doc, data.completedAt as string, 'erasure')),
  },
});
