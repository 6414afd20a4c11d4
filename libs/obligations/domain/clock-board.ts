import { afterWeekend } from '#kernel/time/business-days';
import { addCalendarDays, between } from '#kernel/time/calendar';
import { toMs } from '#kernel/time/instant';
import { LEGAL_CLOCKS } from '#kernel/time/legal-clocks';
import type { LocalDate } from '#kernel/time/local-date';
import { endOfLocalDay, localDate, localDateTime } from '#kernel/time/time-zone';
import { canSpamDue, type BoardClockDoc, type ClockLevel } from './board-clock.js';
import { whatToDo } from './next-action.js';

/** The columns of section D. */
export interface ClockRow {
  readonly clockId: string;
  readonly kind: string;
  readonly title: string;
  readonly tenant: string;
  /** Opaque: a case, contact or prospect stream. */
  readonly caseRef: string;
  readonly trigger: string;
  readonly triggeredAt: string;
  readonly receivedAt: string | undefined;
  readonly dueAt: string;
  /** Wall time with offset in the tenant's zone. */
  readonly dueLocal: string;
  /** Earlier than `dueAt`: from here on nothing is sent. */
  readonly denyAt: string | undefined;
  readonly strict: LocalDate;
  /** Day up to which the law would wait; shown, never used. */
  readonly legalLatest: LocalDate;
  readonly level: ClockLevel;
  /** 100 when due; more when overdue. */
  readonly elapsedPercent: number;
  readonly metAt: string | undefined;
  readonly metBy: string | undefined;
  readonly blocker: string;
  readonly owner: string;
  readonly nextAction: string;
  readonly policyVersion: string;
  readonly details: Readonly<Record<string, string | number>>;
}

export interface BoardTenant {
  readonly tenantId: string;
  readonly legalTz: string;
}

/** When the clock ends in the tenant's zone: day clocks run to the end of their last local day, elapsed ones to their instant. */
export function dueIn(doc: BoardClockDoc, legalTz: string): string {
  if (doc.kind === 'CL-05') return canSpamDue(doc.receivedAt!, legalTz);
  return doc.denyAt === undefined ? doc.dueAt : endOfLocalDay(localDate(doc.denyAt, legalTz), legalTz);
}

/** One row of the board, from a clock and the time. */
export function clockRow(doc: BoardClockDoc, now: Date, { tenantId, legalTz }: BoardTenant): ClockRow {
  const dueAt = dueIn(doc, legalTz);
  const strict = localDate(dueAt, legalTz);
  const level = levelOf(doc, dueAt, now, legalTz);
  const from = doc.receivedAt ?? doc.triggeredAt;
  const until = doc.metAt === undefined ? now.getTime() : toMs(doc.metAt);
  const { title, trigger } = LEGAL_CLOCKS[doc.kind];
  return {
    clockId: doc.clockId, kind: doc.kind, title, tenant: tenantId, caseRef: doc.caseRef, trigger, triggeredAt: doc.triggeredAt, receivedAt: doc.receivedAt,
    dueAt, dueLocal: localDateTime(dueAt, legalTz), denyAt: doc.denyAt, strict, legalLatest: doc.kind === 'CL-06' ? afterWeekend(strict) : strict,
    level, elapsedPercent: Math.max(0, Math.round(((until - toMs(from)) / Math.max(1, toMs(dueAt) - toMs(from))) * 100)),
    metAt: doc.metAt, metBy: doc.metBy, ...whatToDo(doc, level), policyVersion: doc.policyVersion, details: doc.details,
  };
}

function levelOf(doc: BoardClockDoc, dueAt: string, now: Date, legalTz: string): ClockLevel {
  // Judged by the day's end in the tenant's zone, which the read model does not know.
  if (doc.metAt !== undefined) return toMs(doc.metAt) <= toMs(dueAt) ? 'met' : 'missed';
  if (now.getTime() > toMs(dueAt)) return 'overdue';
  const passed = warningsOf(doc, dueAt, legalTz).filter((at) => now.getTime() >= toMs(at)).length;
  return passed === 0 ? 'green' : passed === 1 ? 'amber' : 'red';
}

function warningsOf(doc: BoardClockDoc, dueAt: string, legalTz: string): readonly string[] {
  switch (doc.kind) {
    case 'CL-02': return [24, 48, 60].map((hours) => between(doc.receivedAt!, dueAt, hours / 72));
    case 'CL-06': return LEGAL_CLOCKS['CL-06'].due({ collectedAt: doc.triggeredAt, legalTz }).warnAt;
    case 'CL-07': return [-90, -30].map((days) => addCalendarDays(dueAt, days, legalTz));
    case 'CL-01':
    case 'CL-05': return [doc.receivedAt!];
  }
}
