import { evaluateGate, type GateDecision } from '#compliance/domain/gate';
import type { DispatchContext, DispatchGate } from '#contracts/api/dispatch-gate';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import type { Quarantine } from '#engine/dead-letters/dead-letters.port';
import type { KeyVault } from '#engine/key-vault/key-vault.port';
import { contactForSending } from '../domain/contact-facts.js';
import { contactDecider } from '../domain/contact.decider.js';
import type { ContactState } from '../domain/contact.state.js';
import { mayTry } from '../domain/decide-dispatch.js';
import { dispatchOf } from '../domain/dispatch-list.js';
import { askKeys, askQuarantine, askSuppression, gateFacts } from './dispatch-facts.js';

/** Attempts of one dispatch in all, where only a temporary refusal or a stop before the final dot allows another (SND-10). */
export const ATTEMPTS = 3;

type Preview = Awaited<ReturnType<DispatchGate['preview']>>;

/** What the gate would say now about the next attempt of a dispatch. The suppression index and the keys answer as of this moment. */
export async function previewDispatch(
  ports: { readonly registry: ContactRegistry; readonly vault: KeyVault; readonly quarantine: Quarantine },
  state: ContactState, ids: { readonly contactId: string; readonly dispatchId: string }, context: DispatchContext, now: Date,
): Promise<Preview> {
  const known = dispatchOf(state.dispatches, ids.dispatchId);
  const [suppression, keys] = await Promise.all([askSuppression(ports.registry, ids.contactId), askKeys(ports.vault, state)]);
  const { allowed, reasons, verdicts } = evaluateGate(gateFacts(context, state, suppression, keys, askQuarantine(ports.quarantine, ids.contactId, state), now, !mayTry(known, (known?.a ?? 0) + 1, ATTEMPTS)));
  return {
    allowed, reasons, verdicts, contact: contactForSending(state), presentFields: state.contact?.presentFields ?? [], noticeDueAt: state.contact?.noticeDueAt,
  };
}

/** The decision over a contact whose stream cannot be read: nothing is known of it, so it is refused (promise 6). */
export function decideUnread(context: DispatchContext, now: Date): GateDecision {
  const decision = evaluateGate(gateFacts(context, contactDecider.initialState(), { status: 'unknown' }, 'missing', true, now, false));
  return { ...decision, allowed: false, reasons: ['quarantined', ...decision.reasons] };
}
