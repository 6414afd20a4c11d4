import type { Sealed } from '#kernel/sealed';

/** Read models that more than one context reads: collection names and documents. Field names listed as indexes can be queried. */
export const COLLECTIONS = {
  /** stream prospect; indexes: prospectId (erasure blanks by it), state, expiresAt */
  prospects: 'prospects',
  /** stream contact; indexes: prospectId (erasure blanks by it), importId, state */
  contacts: 'contacts',
  /** stream contact; a contact found again by a later import; indexes: importId, contactId */
  importMembers: 'import-members',
  /** stream import; indexes: name, state */
  imports: 'imports',
  /** stream campaign; indexes: name, state */
  campaigns: 'campaigns',
  /** stream contact; one per dispatch; indexes: campaignId, contactId, status, at */
  dispatches: 'dispatches',
  /** stream contact; one per message handed off after an opt-out; indexes: contactId */
  overlaps: 'overlaps',
  /** stream contact; one per contact and kind of wish; indexes: contactId, prospectId, kind, channel, receivedAt */
  optOuts: 'opt-outs',
  /** stream case; indexes: state, prospectId, dueAt */
  erasures: 'erasures',
  /** any stream; indexes: kind, state, dueAt */
  clocks: 'clocks',
} as const;

export interface ProspectDoc extends Record<string, unknown> {
  prospectId: string; importId: string; country: string; recipientType: string; sourceType: string; method?: string | undefined;
  collectedAt: string; anchorAt: string; expiresAt: string; contacts: string[]; sources: number;
  state: 'active' | 'erasing' | 'erased'; provenance?: Sealed;
}
export interface ContactDoc extends Record<string, unknown> {
  contactId: string; prospectId: string; importId: string; channel: 'email' | 'phone'; country: string; recipientType: string;
  basisKind: string; liaId?: string | undefined; addedAt: string; noticeDueAt: string; noticeProvidedAt?: string | undefined;
  state: 'active' | 'opted_out' | 'erasing' | 'erased'; optedOutAt?: string | undefined; presentFields: string[]; recipient?: Sealed;
}
export interface ImportMemberDoc extends Record<string, unknown> { importId: string; contactId: string }
export interface ImportDoc extends Record<string, unknown> {
  importId: string; name: string; fileHash: string; state: 'running' | 'completed' | 'rejected'; receivedAt: string;
  counts: Record<string, number>; refusedByReason: Record<string, number>; throughLine: number; droppedColumns?: string[]; reason?: string;
}
export type DispatchStatus = 'authorised' | 'refused' | 'handed_off' | 'failed' | 'unknown' | 'cancelled' | 'resolved_delivered' | 'resolved_not_delivered';
export interface DispatchDoc extends Record<string, unknown> {
  dispatchId: string; contactId: string; campaignId: string; status: DispatchStatus; at: string; attempt: number;
  reasons?: string[]; verdictsRef?: string; temporary?: boolean; phase?: string; reason?: string; authorisedAt?: string;
  /** The hand-off was recorded after an opt-out of the contact. */
  afterOptOut?: boolean;
}
export interface OverlapDoc extends Record<string, unknown> { dispatchId: string; contactId: string; at: string }
export interface OptOutDoc extends Record<string, unknown> {
  contactId: string; prospectId: string; kind: 'opt_out' | 'objection'; channel: string; receivedAt: string; erasureDueAt: string; recordedAt: string;
}
export interface CampaignDoc extends Record<string, unknown> {
  campaignId: string; name: string; state: 'running' | 'paused' | 'cancelled' | 'finished'; launchedAt: string; audienceSize: number;
  senderId: string; templateVersion: string; pauseReason?: string | undefined;
}
export interface ErasureDoc extends Record<string, unknown> {
  caseId: string; prospectId: string; trigger: string; receivedAt: string; dueAt: string; state: 'open' | 'completed' | 'overdue';
  steps: Record<string, number>; completedAt?: string | undefined; proofHash?: string | undefined; warnedHours?: number | undefined;
}
/** One legal clock on the obligations board (section D). */
export interface ClockDoc extends Record<string, unknown> {
  clockId: string; kind: string; state: 'open' | 'met' | 'missed'; caseRef: string; triggeredAt: string; receivedAt?: string | undefined;
  dueAt: string; metAt?: string | undefined; policyVersion: string;
}
