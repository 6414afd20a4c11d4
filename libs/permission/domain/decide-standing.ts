import type { Command } from './contact.commands.js';
import type { ContactEvent } from './contact.events.js';
import { type ContactState, type Receipt, time } from './contact.state.js';
import { blamesRecipient } from './hard-bounce.js';

/** A receipt counts only if none as early is on record (OPT-02). */
const news = (known: Receipt | undefined, receivedAt: Date): boolean => known === undefined || receivedAt.getTime() < time(known.at);

export function recordOptOut(command: Command<'RecordOptOut' | 'WithdrawConsent'>, state: ContactState): ContactEvent[] {
  const { contactId, prospectId, channel, receivedAt, erasureDueAt, dispatchId } = command;
  if (!news(state.optOut, receivedAt)) return [];
  return [{
    type: 'OptOutRecorded',
    data: {
      contactId, prospectId, scope: 'all_marketing', channel, receivedAt: receivedAt.toISOString(), erasureDueAt: erasureDueAt.toISOString(),
      ...(dispatchId === undefined ? {} : { dispatchId }),
    },
  }];
}

export function recordObjection(command: Command<'RecordObjection'>, state: ContactState): ContactEvent[] {
  const { contactId, prospectId, channel, receivedAt, erasureDueAt } = command;
  if (!news(state.objection, receivedAt)) return [];
  return [{ type: 'ObjectionRecorded', data: { contactId, prospectId, channel, receivedAt: receivedAt.toISOString(), erasureDueAt: erasureDueAt.toISOString() } }];
}

/** A withdrawal stops marketing at once, so it is an opt-out too (CON-03). What was sent before stays as it is (CON-04). */
export function withdrawConsent(command: Command<'WithdrawConsent'>, state: ContactState): ContactEvent[] {
  const { contactId, channel, receivedAt } = command;
  const standing = state.consent !== undefined && (state.consentWithdrawnAt === undefined || time(state.consentWithdrawnAt) < time(state.consent.grantedAt));
  return [
    ...(standing ? [{ type: 'ConsentWithdrawn' as const, data: { contactId, purpose: 'outreach' as const, withdrawnAt: receivedAt.toISOString(), channel } }] : []),
    ...recordOptOut(command, state),
  ];
}

export function mergeSource({ contactId, source }: Command<'MergeSource'>, state: ContactState): ContactEvent[] {
  if (state.contact === undefined || state.contact.imports.includes(source.importId)) return [];
  return [{ type: 'ContactSourceMerged', data: { contactId, ...source } }];
}

export function setRestriction({ contactId, ground }: Command<'SetRestriction'>, state: ContactState): ContactEvent[] {
  return state.restriction === ground ? [] : [{ type: 'RestrictionSet', data: { contactId, ground } }];
}

export function liftRestriction({ contactId, ground }: Command<'LiftRestriction'>, state: ContactState): ContactEvent[] {
  return state.restriction === undefined ? [] : [{ type: 'RestrictionLifted', data: { contactId, ground } }];
}

export function startErasure({ contactId, caseId }: Command<'StartErasure'>, state: ContactState): ContactEvent[] {
  return state.erasureCase === undefined ? [{ type: 'ContactErasureStarted', data: { contactId, caseId } }] : [];
}

export function recordHardBounce({ contactId, dispatchId, enhanced }: Command<'RecordHardBounce'>, state: ContactState): ContactEvent[] {
  return state.hardBounced || !blamesRecipient(enhanced) ? [] : [{ type: 'HardBounceRecorded', data: { contactId, dispatchId, enhanced } }];
}

export function recordNotice({ contactId, dispatchId, providedAt, textVersion }: Command<'RecordNotice'>, state: ContactState): ContactEvent[] {
  return state.notice === undefined ? [{ type: 'NoticeProvided', data: { contactId, dispatchId, providedAt: providedAt.toISOString(), textVersion } }] : [];
}
