import { foldRetention, retentionEnd, type RetentionFacts } from '#compliance/domain/retention-anchor';
import type { RecordedEvent } from '#kernel/recorded-event';
import type { ErasureTrigger } from './erasure-steps.js';

/** What the prospect stream says about the end of the person's data. */
export interface PersonLifetime {
  readonly prospectId: string | undefined;
  readonly contacts: readonly string[];
  readonly retention: RetentionFacts;
  readonly erasure?: { readonly caseId: string; readonly trigger: ErasureTrigger; readonly receivedAt: string };
}

export function personLifetime(events: readonly RecordedEvent[]): PersonLifetime {
  return events.reduce<PersonLifetime>((person, event) => {
    const { type, data } = event;
    const retention = foldRetention(person.retention, event);
    switch (type) {
      case 'ProspectSourced': return { ...person, prospectId: data.prospectId as string, contacts: [...person.contacts, ...(data.contacts as string[])], retention };
      case 'ContactLinked': return { ...person, contacts: [...person.contacts, data.contactId as string] };
      case 'ErasureStarted': return person.erasure !== undefined ? person
        : { ...person, erasure: { caseId: data.caseId as string, trigger: data.trigger as ErasureTrigger, receivedAt: event.occurredAt } };
      default: return { ...person, retention };
    }
  }, { prospectId: undefined, contacts: [], retention: {} });
}

export type Verdict = { readonly kind: 'expired'; readonly at: Date } | { readonly kind: 'kept'; readonly until: Date } | { readonly kind: 'erasing' } | { readonly kind: 'unknown' };

/** RET-02: the person's data ends at the anniversary instant itself, not after it. */
export function lifetimeVerdict({ retention, erasure }: PersonLifetime, now: Date, period: string, legalTz: string): Verdict {
  if (erasure !== undefined) return { kind: 'erasing' };
  const end = retentionEnd(retention, period, legalTz);
  if (end === undefined) return { kind: 'unknown' };
  const until = new Date(end);
  return now.getTime() >= until.getTime() ? { kind: 'expired', at: until } : { kind: 'kept', until };
}
