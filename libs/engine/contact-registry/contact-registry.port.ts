import type { CommitRequest, CommitResult } from '#engine/event-store/event-store.port';

export type Channel = 'email' | 'phone';

/** Keyed hashes of one address (base64url); they match, they do not name. */
export interface AddressForms {
  readonly channel: Channel;
  readonly strict: string;
  readonly loose: string;
  /** Of e-mail: its domain, then every domain above it that can be blocked (SUP-07). */
  readonly domains?: readonly string[];
}

export interface AddressRow {
  readonly tenantId: string;
  readonly forms: AddressForms;
  readonly contactId: string;
  readonly prospectId: string;
  readonly state: 'pending' | 'live' | 'closing';
}

export interface SuppressionEntry {
  readonly tenantId: string;
  readonly kind: Channel | 'domain';
  readonly strict: string;
  readonly loose: string;
  readonly keyVersion: number;
  readonly scope: 'all_marketing';
  readonly reason: 'opt_out' | 'objection' | 'imported' | 'minor';
  /** `YYYY-MM-DD`; nothing finer is kept (SUP-01). */
  readonly day: string;
  /** Raised by every opt-out of the entry. */
  readonly rev: number;
}

export interface CreateContact {
  readonly tenantId: string;
  readonly prospectId: string;
  readonly contactId: string;
  readonly forms: AddressForms;
  /** Commits that exist only if the row does: the contact's first, and the prospect's. */
  readonly commits: readonly CommitRequest[];
}

export type CreateContactResult =
  | { readonly status: 'created' }
  | { readonly status: 'suppressed' }
  | { readonly status: 'exists'; readonly row: AddressRow }
  /** The address is being erased; the line is reported and may be imported again later. */
  | { readonly status: 'deferred' }
  /** A commit expected another version of this stream; nothing was written: load, decide and create again. */
  | { readonly status: 'conflict'; readonly streamId: string; readonly version: number };

export interface OptOutRequest {
  readonly tenantId: string;
  readonly forms: AddressForms;
  readonly reason: 'opt_out' | 'objection';
  readonly keyVersion: number;
  readonly day: string;
  /** The fact for one contact of the person; undefined if it is already recorded there. */
  readonly commitFor: (row: AddressRow) => CommitRequest | undefined;
}

export interface OptOutResult {
  /** Every contact of the person that was reached before the answer; empty for an unknown address. */
  readonly reached: readonly { readonly row: AddressRow; readonly result: CommitResult | undefined }[];
  readonly rev: number;
}

export type SuppressionState =
  | { readonly status: 'clear'; readonly rev: number }
  | { readonly status: 'suppressed'; readonly scope: string; readonly reason: string }
  | { readonly status: 'unknown' };

/**
 * The wish that a contact lacks whose address is suppressed; undefined where it has it, or where nobody wished anything. Asked for contacts
 * that were being created while their person left.
 */
export type WishFor = (row: AddressRow, suppression: Pick<SuppressionEntry, 'scope' | 'reason' | 'day'>) => Promise<CommitRequest | undefined>;

export interface SweepReport {
  /** Creations that somebody left behind, finished or taken away. */
  readonly finished: number;
  readonly removed: number;
  /** Contacts whose opt-out came while they were being created. */
  readonly paired: number;
}

/** Address index (deletable, how a contact is found) and suppression index (survives erasure, leads to nobody). Architecture section 4. */
export interface ContactRegistry {
  locate(tenantId: string, forms: AddressForms): Promise<AddressRow | undefined>;
  rowsOfProspect(prospectId: string): Promise<AddressRow[]>;
  /** What the gate asks: suppressed under any form, its domain or one above it; a contact without a row is `unknown`, which denies. */
  suppressionOfContact(contactId: string): Promise<SuppressionState>;
  suppressionOf(tenantId: string, forms: AddressForms): Promise<SuppressionState>;
  create(requests: readonly CreateContact[]): Promise<CreateContactResult[]>;
  optOut(request: OptOutRequest): Promise<OptOutResult>;
  /** Blocks without an opt-out (SUP-07). Existing entries stay as they are. */
  suppress(entries: readonly Omit<SuppressionEntry, 'rev'>[]): Promise<{ added: number; existing: number }>;
  /** Sets every row of the person to `closing` by compare-and-set; returns all rows of the person. */
  close(prospectId: string): Promise<AddressRow[]>;
  /** Deletes the rows of the person; returns how many. */
  remove(prospectId: string): Promise<number>;
  suppressionCount(tenantId: string): Promise<Record<string, number>>;
  /** Entries of days before `day` that no published event names yet, in random order; `markPublished` ends it. */
  unpublished(beforeDay: string, limit: number): Promise<SuppressionEntry[]>;
  markPublished(entries: readonly SuppressionEntry[]): Promise<void>;
  /** Closes what crashes left between two steps of the protocol; to be run every few seconds, by any number of processes. */
  sweep(wishFor: WishFor, limit?: number): Promise<SweepReport>;
}
