import type { RecordedEvent } from '#kernel/recorded-event';
import type { ErasureTrigger } from './erasure-steps.js';

/** A wish of the person that ends in erasure, as one contact's stream tells it. */
export interface ContactWish {
  readonly prospectId: string;
  readonly trigger: Extract<ErasureTrigger, 'opt_out' | 'objection' | 'consent_withdrawn'>;
  readonly receivedAt: string;
  /** Absent for a withdrawal, which records no due instant of its own. */
  readonly dueAt?: string;
}

const TRIGGERS: Readonly<Record<string, ContactWish['trigger']>> = { OptOutRecorded: 'opt_out', ObjectionRecorded: 'objection' };

/** The earliest wish (OPT-02). A withdrawn consent counts only where no other basis stands in its place (CON-04). */
export function wishOf(events: readonly RecordedEvent[]): ContactWish | undefined {
  let prospectId: string | undefined;
  let otherBasis = false;
  let withdrawnAt: string | undefined;
  let wish: ContactWish | undefined;
  for (const { type, data } of events) {
    if (typeof data.prospectId === 'string') prospectId ??= data.prospectId;
    const trigger = TRIGGERS[type];
    if (trigger !== undefined && (wish === undefined || Date.parse(data.receivedAt as string) < Date.parse(wish.receivedAt))) {
      wish = { prospectId: data.prospectId as string, trigger, receivedAt: data.receivedAt as string, dueAt: data.erasureDueAt as string };
    }
    if (type === 'ContactAdded' || type === 'BasisAssigned') otherBasis = (data.basis as { kind: string }).kind !== 'consent';
    if (type === 'BasisAssigned') withdrawnAt = undefined;
    if (type === 'BasisEnded') otherBasis = false;
    if (type === 'ConsentWithdrawn') withdrawnAt ??= data.withdrawnAt as string;
  }
  if (wish !== undefined || withdrawnAt === undefined || otherBasis || prospectId === undefined) return wish;
  return { prospectId, trigger: 'consent_withdrawn', receivedAt: withdrawnAt };
}
