import type { Sealed } from '#kernel/sealed';
import type { GateFacts } from '#compliance/domain/gate-facts';
import type { Verdict } from '#compliance/domain/rule';

/** Everything about a dispatch that does not come from the contact's own stream; fixed per campaign, cheap to pass per message. */
export interface DispatchContext {
  readonly campaignId: string;
  readonly tenant: GateFacts['tenant'];
  readonly campaign: GateFacts['campaign'];
  readonly sender: GateFacts['sender'];
  readonly lia: GateFacts['lia'];
  readonly policyVersion: string;
}

/** What rendering and the legal partial need of the contact; personal values stay sealed. */
export interface ContactForSending {
  readonly contactId: string;
  readonly prospectId: string;
  readonly recipient: Sealed;
  readonly country: string;
  readonly recipientType: string;
  readonly sourceType: string;
  readonly collectedAt: string;
  readonly basisKind: string;
  readonly consentGiven: boolean;
}

/** A contact as the gate saw it ahead of its decision. It decides nothing: an append upon it fails if anything has happened since. */
export interface Look {
  readonly contact: ContactForSending;
  /** What the gate goes on with. */
  readonly seen: unknown;
}

export type GateAnswer =
  /** `asSeen`: nothing has changed since the look that the request came with. */
  | { readonly kind: 'authorised'; readonly attempt: number; readonly expiresAt: Date; readonly contact: ContactForSending; readonly asSeen: boolean }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] }
  /** The dispatch already has an authorisation or a final answer: nothing to send. */
  | { readonly kind: 'settled'; readonly status: string };

/** A fact about an authorised dispatch, as it is recorded on the contact's stream. */
export type DispatchOutcome =
  | { readonly kind: 'handed-off'; readonly smtpCode: number; readonly enhanced?: string; readonly contentHmac: string }
  | { readonly kind: 'failed'; readonly phase: string; readonly reason: string; readonly smtpCode?: number; readonly enhanced?: string; readonly temporary: boolean }
  | { readonly kind: 'unknown'; readonly phase: string; readonly reason: string }
  | { readonly kind: 'cancelled'; readonly reason: string };

export interface OutcomeRecord {
  readonly contactId: string;
  readonly dispatchId: string;
  readonly campaignId: string;
  readonly attempt: number;
  readonly outcome: DispatchOutcome;
  /** Version of the notice text that the message carried, when it was the first communication. */
  readonly noticeTextVersion?: string;
}

export interface GateRequest {
  readonly contactId: string;
  readonly dispatchId: string;
  readonly attempt: number;
  readonly context: DispatchContext;
}

/** The authoritative gate on the contact's stream (SND-09): the decision is the conditional append. */
export interface DispatchGate {
  /**
   * Decides and records, durable when answered. `previous` outcomes of the caller's connection become durable in the same step.
   * @param internVerdicts is called before a verdict list is first used, and must make it durable.
   * @param look saves reading the contact once more if nothing has changed since
   */
  authorise(
    request: GateRequest,
    previous: readonly OutcomeRecord[],
    internVerdicts: (verdictsRef: string, ruleSetVersion: string, verdicts: readonly Verdict[]) => Promise<void>,
    look?: Look,
  ): Promise<GateAnswer>;
  /** Reads a contact ahead of the decision; undefined where no message is to be expected. */
  look(request: GateRequest): Promise<Look | undefined>;
  /** What `authorise` would answer, recording nothing: forecast and explain. */
  preview(contactId: string, dispatchId: string, context: DispatchContext, at?: Date): Promise<{ allowed: boolean; reasons: readonly string[]; verdicts: readonly Verdict[]; contact: ContactForSending | undefined; presentFields: readonly string[]; noticeDueAt: string | undefined }>;
  /**
   * The gate over the contact's history as it was when a decision was made, recording nothing (AUD-01). What stands outside the stream,
   * the suppression index and the keys, is taken from the recorded verdicts, because neither keeps its past.
   */
  rerun(request: {
    readonly contactId: string; readonly throughVersion: number; readonly dispatchId: string; readonly at: Date; readonly context: DispatchContext; readonly recorded: readonly Verdict[];
  }): Promise<{ allowed: boolean; verdicts: readonly Verdict[]; ruleSetVersion: string }>;
  /** Appends outcomes unconditionally, each at most once. */
  record(outcomes: readonly OutcomeRecord[]): Promise<void>;
}
