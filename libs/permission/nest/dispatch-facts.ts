import type { GateFacts } from '#compliance/domain/gate-facts';
import type { DispatchContext } from '#contracts/api/dispatch-gate';
import type { ContactRegistry, SuppressionState } from '#engine/contact-registry/contact-registry.port';
import type { Quarantine } from '#engine/dead-letters/dead-letters.port';
import type { KeyVault } from '#engine/key-vault/key-vault.port';
import type { Citations } from '../domain/contact.commands.js';
import { basisRef, contactFacts } from '../domain/contact-facts.js';
import type { ContactState } from '../domain/contact.state.js';

/** A registry that does not answer is no reason to send (SUP-04). */
export async function askSuppression(registry: ContactRegistry, contactId: string): Promise<SuppressionState> {
  try {
    return await registry.suppressionOfContact(contactId);
  } catch {
    return { status: 'unknown' };
  }
}

/** Whether the person's data could be opened now. A vault that does not answer counts as a missing key. */
export async function askKeys(vault: KeyVault, state: ContactState, alarm: (kid: string) => void = () => undefined): Promise<GateFacts['keys']> {
  if (state.recipient === undefined) return 'missing';
  try {
    const key = await vault.key(state.recipient.kid);
    if (key === 'missing') alarm(state.recipient.kid);
    return typeof key === 'string' ? key : 'present';
  } catch {
    return 'missing';
  }
}

/** Whether an event of the contact, or of the person, waits as a dead letter (H8). Nobody to ask is no reason to send. */
export function askQuarantine(quarantine: Quarantine, contactId: string, state: ContactState): boolean | undefined {
  const own = quarantine.holds(contactId);
  return own !== false || state.contact === undefined ? own : quarantine.holds(state.contact.prospectId);
}

/** All that the gate looks at, from the campaign's context and the contact's own stream. */
export function gateFacts(
  context: DispatchContext, state: ContactState, suppression: SuppressionState, keys: GateFacts['keys'], quarantined: boolean | undefined, now: Date, alreadyAuthorised: boolean,
): GateFacts {
  const { tenant, campaign, sender, lia } = context;
  return { now, tenant, campaign, sender, lia, contact: contactFacts(state, { quarantined }), suppression, keys, dispatch: { alreadyAuthorised } };
}

/** What an authorisation would cite; undefined where something is missing. */
export function citations({ campaign, sender }: DispatchContext, state: ContactState, suppression: SuppressionState): Citations | undefined {
  const basis = basisRef(state);
  if (sender === undefined || basis === undefined || suppression.status !== 'clear') return undefined;
  return {
    templateVersion: campaign.templateVersion, senderId: sender.id, senderVersion: sender.version, basisRef: basis, suppressionRevRead: suppression.rev,
  };
}
