import { StartErasure } from '#contracts/api/erasures';
import type { ProcessManager } from '#kernel/process-manager';
import type { RecordedEvent } from '#kernel/recorded-event';
import type { ContactWish } from '../domain/contact-wish.js';
import { HonourWish } from './erasure.commands.js';

export interface OwedErasureDoc extends Record<string, unknown> {
  contactId: string;
  owed: 0 | 1;
  nextAt: string;
  /** The earliest wish with a due instant of its own; absent while only a consent was withdrawn. */
  wish?: Required<ContactWish> | undefined;
}

const idOf = ({ data }: RecordedEvent): string => data.contactId as string;

const wished = (trigger: ContactWish['trigger']) => (event: RecordedEvent) => [{
  id: idOf(event),
  change: (doc: OwedErasureDoc | undefined): OwedErasureDoc => {
    const { prospectId, receivedAt, erasureDueAt: dueAt } = event.data as Record<'prospectId' | 'receivedAt' | 'erasureDueAt', string>;
    const earlier = doc?.wish !== undefined && Date.parse(doc.wish.receivedAt) <= Date.parse(receivedAt);
    return { contactId: idOf(event), owed: 1, nextAt: event.recordedAt, wish: earlier ? doc?.wish : { prospectId, trigger, receivedAt, dueAt } };
  },
}];

/**
 * Opt-out, objection or withdrawn consent leads to erasure (OPT-10, C4). Owed until the contact's own stream says that the erasure
 * began. A wish with an earlier receipt that comes after that is found by the sweep of the contact streams.
 */
export const optOutToErasure: ProcessManager<OwedErasureDoc, StartErasure | HonourWish> = {
  name: 'opt-out-to-erasure',
  version: 1,
  indexes: [],
  handlers: {
    OptOutRecorded: wished('opt_out'),
    ObjectionRecorded: wished('objection'),
    ConsentWithdrawn: (event) => [{
      id: idOf(event),
      change: (doc) => ({ ...doc, contactId: idOf(event), owed: 1, nextAt: event.recordedAt }),
    }],
    ContactErasureStarted: (event) => [{ id: idOf(event), change: (doc) => (doc === undefined ? undefined : { ...doc, owed: 0 }) }],
    // A withdrawal that leaves another basis standing asks for nothing more.
    BasisAssigned: (event) => [{ id: idOf(event), change: (doc) => (doc === undefined || doc.wish !== undefined ? undefined : { ...doc, owed: 0 }) }],
  },
  due({ contactId, wish }) {
    if (wish === undefined) return [new HonourWish(contactId)];
    const { prospectId, trigger, receivedAt, dueAt } = wish;
    return [new StartErasure({ prospectId, trigger, receivedAt: new Date(receivedAt), dueAt: new Date(dueAt) })];
  },
};
