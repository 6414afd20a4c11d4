import type { RecordedEvent } from '#kernel/recorded-event';

/**
 * Whether an event belongs to what was known at an instant: it was recorded then or before. An event recorded later never changes
 * an answer about an earlier instant (INV-11).
 */
export function knownAt(event: Pick<RecordedEvent, 'recordedAt'>, at: Date): boolean {
  return Date.parse(event.recordedAt) <= at.getTime();
}

/** What replay counts straight from events: facts that stand in no read model. */
export interface LogTotals {
  readonly events: number;
  readonly policyVersion: string | undefined;
  readonly lastRecordedAt: string | undefined;
  /** Entries of the suppression list that daily events have published. */
  readonly suppressionsPublished: number;
  readonly byType: Readonly<Record<string, number>>;
}

export const noEvents: LogTotals = { events: 0, policyVersion: undefined, lastRecordedAt: undefined, suppressionsPublished: 0, byType: {} };

export function addToTotals(totals: LogTotals, events: readonly RecordedEvent[]): LogTotals {
  const byType = { ...totals.byType };
  let { policyVersion, lastRecordedAt, suppressionsPublished } = totals;
  for (const { type, data, recordedAt, policyVersion: version } of events) {
    byType[type] = (byType[type] ?? 0) + 1;
    policyVersion = type === 'SettingsActivated' ? String(data.policyVersion) : (policyVersion ?? version);
    if (lastRecordedAt === undefined || recordedAt > lastRecordedAt) lastRecordedAt = recordedAt;
    if (type === 'SuppressionAdded' && Array.isArray(data.entries)) suppressionsPublished += data.entries.length;
  }
  return { events: totals.events + events.length, policyVersion, lastRecordedAt, suppressionsPublished, byType };
}

/**
 * The person whose documents an erasure step blanked. Blanking is done to documents directly, so a replay repeats it at the place
 * where the log says that it happened.
 */
export class ErasedPersons {
  private readonly personOfCase = new Map<string, string>();

  /** The prospect id, if this event says that the person's documents are blank from here on. */
  blankedBy({ type, data }: RecordedEvent): string | undefined {
    if (type === 'ErasureRequested') this.personOfCase.set(String(data.caseId), String(data.prospectId));
    return type === 'ErasureStepCompleted' && data.step === 'purge_read_models' ? this.personOfCase.get(String(data.caseId)) : undefined;
  }
}
