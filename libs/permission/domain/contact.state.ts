import type { z } from 'zod';
import type { basis, consentProof, optOutChannel } from '#contracts/fields';
import type { Sealed } from '#kernel/sealed';
import type { ContactEvent } from './contact.events.js';
import type { DispatchList } from './dispatch-list.js';

type Added = Extract<ContactEvent, { type: 'ContactAdded' }>['data'];

export type Basis = z.infer<typeof basis>;

/** The facts the contact was added with, as later sources have tightened them. */
export interface ContactRecord extends Omit<Added, 'importId' | 'basis' | 'recipient'> {
  readonly imports: readonly string[];
}

/** Earliest receipt on any channel (OPT-02). */
export interface Receipt {
  readonly at: string;
  readonly channel: z.infer<typeof optOutChannel>;
}

/** One address of one person, folded. Survives JSON; every instant is an ISO string; personal values stay sealed. */
export interface ContactState {
  readonly contact?: ContactRecord;
  readonly recipient?: Sealed;
  readonly basis?: Basis;
  /** The newest consent on record, also when another basis is claimed now (LAW-09). */
  readonly consent?: z.infer<typeof consentProof>;
  readonly consentWithdrawnAt?: string;
  readonly optOut?: Receipt;
  readonly objection?: Receipt;
  /** How many opt-outs, objections and withdrawals were recorded; makes their commits recognisable. */
  readonly wishes: number;
  /** A wish or restriction is not yet known to stand on the person's other contacts. */
  readonly reachOwed: boolean;
  readonly restriction?: string;
  readonly hardBounced: boolean;
  readonly erasureCase?: string;
  readonly notice?: { readonly providedAt: string; readonly textVersion: string };
  readonly dispatches: DispatchList;
}

export const initialContact = (): ContactState => ({ wishes: 0, reachOwed: false, hardBounced: false, dispatches: '' });

export const time = (iso: string): number => Date.parse(iso);
export const earlier = (a: string | undefined, b: string): string => (a === undefined || time(b) < time(a) ? b : a);
export const later = (a: string | undefined, b: string): string => (a === undefined || time(b) > time(a) ? b : a);
