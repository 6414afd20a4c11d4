import { NotFound, RefusedByRule } from '#kernel/errors';
import type { Command } from './contact.commands.js';
import type { ContactEvent } from './contact.events.js';
import type { ContactState } from './contact.state.js';
import { DISPATCH, dispatchOf, type DispatchState } from './dispatch-list.js';
import { blamesRecipient } from './hard-bounce.js';

const RETRIABLE = new Set<string>([DISPATCH.refused, DISPATCH.failedTemporarily, DISPATCH.cancelled]);

/**
 * Whether this attempt of a dispatch may be authorised at all (SND-10): the first, or the very next one after a refusal, a temporary
 * failure or a stop before the final dot. Nothing follows an open authorisation, a hand-off, a permanent failure or an unknown outcome.
 */
export function mayTry(known: DispatchState | undefined, attempt: number, limit: number): boolean {
  if (attempt > limit) return false;
  return known === undefined ? attempt === 1 : RETRIABLE.has(known.s) && attempt === known.a + 1;
}

/** What forbids every send, whatever the gate was told (INV-01). */
export function standingDenials(state: ContactState): string[] {
  const denials: [unknown, string][] = [
    [state.contact === undefined, 'contact-unknown'], [state.erasureCase, 'erasure-started'], [state.optOut, 'opted-out'],
    [state.objection, 'objected'], [state.restriction, 'restricted'], [state.hardBounced, 'hard-bounced'],
  ];
  return denials.flatMap(([holds, reason]) => (holds === undefined || holds === false ? [] : [reason]));
}

export function authoriseDispatch(command: Command<'AuthoriseDispatch'>, state: ContactState): ContactEvent[] {
  const { contactId, dispatchId, campaignId, attempt, limit, gate, cites, expiresAt } = command;
  if (!mayTry(dispatchOf(state.dispatches, dispatchId), attempt, limit)) return [];
  const { verdictsRef, ruleSetVersion } = gate;
  const reasons = [...new Set([...gate.reasons, ...standingDenials(state)])];
  if (gate.allowed && reasons.length === 0 && cites !== undefined) {
    return [{
      type: 'DispatchAuthorized',
      data: {
        contactId, dispatchId, campaignId, attempt, ...cites, noticeState: state.notice === undefined ? 'in_this_message' : 'provided',
        verdictsRef, ruleSetVersion, expiresAt: expiresAt.toISOString(),
      },
    }];
  }
  return [{ type: 'DispatchRefused', data: { contactId, dispatchId, campaignId, reasons: reasons.length > 0 ? reasons : ['citation-missing'], verdictsRef, ruleSetVersion } }];
}

/** An attempt has one outcome; a fact about an attempt that this stream never authorised is recorded all the same. */
export function recordOutcome(command: Command<'RecordOutcome'>, state: ContactState): ContactEvent[] {
  const { contactId, dispatchId, campaignId, attempt, outcome } = command;
  const known = dispatchOf(state.dispatches, dispatchId);
  if (known !== undefined && (known.s !== DISPATCH.authorised || known.a !== attempt)) return [];
  const about = { contactId, dispatchId, campaignId, attempt };
  switch (outcome.kind) {
    case 'handed-off': {
      const { kind: _kind, ...facts } = outcome;
      const afterOptOut = state.optOut !== undefined || state.objection !== undefined;
      return [{ type: 'EmailHandedOff', data: { ...about, ...facts, ...(afterOptOut ? { afterOptOut } : {}) } }, ...firstNotice(command, state)];
    }
    case 'failed': {
      const { kind: _kind, ...facts } = outcome;
      const bounced = outcome.enhanced !== undefined && !state.hardBounced && !outcome.temporary && blamesRecipient(outcome.enhanced, outcome.phase);
      return [
        { type: 'DispatchFailed', data: { ...about, ...facts } },
        ...(bounced ? [{ type: 'HardBounceRecorded' as const, data: { contactId, dispatchId, enhanced: outcome.enhanced ?? '' } }] : []),
      ];
    }
    case 'unknown': return [{ type: 'DispatchOutcomeUnknown', data: { ...about, phase: outcome.phase, reason: outcome.reason } }];
    case 'cancelled': return [{ type: 'DispatchCancelled', data: { ...about, reason: outcome.reason } }];
  }
}

function firstNotice({ contactId, dispatchId, at, noticeTextVersion }: Command<'RecordOutcome'>, state: ContactState): ContactEvent[] {
  if (noticeTextVersion === undefined || state.notice !== undefined) return [];
  return [{ type: 'NoticeProvided', data: { contactId, dispatchId, providedAt: at.toISOString(), textVersion: noticeTextVersion } }];
}

export function resolveUnknown({ contactId, dispatchId, campaignId, outcome, reason }: Command<'ResolveUnknown'>, state: ContactState): ContactEvent[] {
  const known = dispatchOf(state.dispatches, dispatchId);
  const same = outcome === 'delivered' ? DISPATCH.resolvedDelivered : DISPATCH.resolvedNotDelivered;
  if (known?.s === same) return [];
  if (known?.s === DISPATCH.unknown) return [{ type: 'DispatchOutcomeResolved', data: { contactId, dispatchId, campaignId, outcome, reason } }];
  if (known === undefined) throw new NotFound('This contact has no such dispatch.', { code: 'unknown-dispatch', rule: 'SND-10', fix: 'List the unknown outcomes and take the id from there.' });
  throw new RefusedByRule('The outcome of this dispatch is not unknown.', { code: 'outcome-not-unknown', rule: 'SND-10', fix: 'Only an unknown outcome can be settled by a person.' });
}
