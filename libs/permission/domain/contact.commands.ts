import type { z } from 'zod';
import type { DispatchOutcome } from '#contracts/api/dispatch-gate';
import type { optOutChannel } from '#contracts/fields';
import type { ContactEvent } from './contact.events.js';

export type OptOutChannel = z.infer<typeof optOutChannel>;

/** What an authorisation cites; all of it was valid at the instant of the decision (INV-09). */
export interface Citations {
  readonly templateVersion: string;
  readonly senderId: string;
  readonly senderVersion: number;
  readonly basisRef: string;
  readonly suppressionRevRead: number;
}

export interface AuthoriseDispatch {
  readonly type: 'AuthoriseDispatch';
  readonly dispatchId: string;
  readonly campaignId: string;
  readonly attempt: number;
  /** Attempts allowed in all. */
  readonly limit: number;
  readonly gate: { readonly allowed: boolean; readonly reasons: readonly string[]; readonly verdictsRef: string; readonly ruleSetVersion: string };
  /** Absent where something to cite is missing; nothing is authorised then. */
  readonly cites?: Citations;
  readonly expiresAt: Date;
}

export interface RecordOutcome {
  readonly type: 'RecordOutcome';
  readonly dispatchId: string;
  readonly campaignId: string;
  readonly attempt: number;
  readonly outcome: DispatchOutcome;
  readonly at: Date;
  readonly noticeTextVersion?: string;
}

interface Wish {
  readonly prospectId: string;
  readonly channel: OptOutChannel;
  readonly receivedAt: Date;
  readonly erasureDueAt: Date;
  readonly dispatchId?: string;
}

type MergedData = Extract<ContactEvent, { type: 'ContactSourceMerged' }>['data'];

/** `contactId` is the id of the contact's stream. */
export type ContactCommand = { readonly contactId: string } & (
  | AuthoriseDispatch
  | RecordOutcome
  | ({ readonly type: 'RecordOptOut' } & Wish)
  | ({ readonly type: 'RecordObjection' } & Wish)
  | ({ readonly type: 'WithdrawConsent' } & Wish)
  | { readonly type: 'MergeSource'; readonly source: Omit<MergedData, 'contactId'> }
  | { readonly type: 'SetRestriction'; readonly ground: string }
  | { readonly type: 'LiftRestriction'; readonly ground: string }
  | { readonly type: 'StartErasure'; readonly caseId: string }
  | { readonly type: 'RecordHardBounce'; readonly dispatchId: string; readonly enhanced: string }
  | { readonly type: 'ResolveUnknown'; readonly dispatchId: string; readonly campaignId: string; readonly outcome: 'delivered' | 'not_delivered'; readonly reason: string }
  | { readonly type: 'RecordNotice'; readonly dispatchId: string; readonly providedAt: Date; readonly textVersion: string }
  | { readonly type: 'ConfirmReach'; readonly contacts: number }
);
export type Command<T extends ContactCommand['type']> = Extract<ContactCommand, { type: T }>;
