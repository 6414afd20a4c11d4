import type { BasisFacts, ContactFacts } from '#compliance/domain/gate-facts';
import type { ContactForSending } from '#contracts/api/dispatch-gate';
import { type ContactState, time } from './contact.state.js';

/** What the gate may know of a contact: no personal value. Undefined where the contact was never added. */
export function contactFacts(state: ContactState, { quarantined }: Pick<ContactFacts, 'quarantined'> = { quarantined: false }): ContactFacts | undefined {
  const { contact } = state;
  if (contact === undefined) return undefined;
  return {
    channel: contact.channel,
    country: contact.country === 'unknown' ? undefined : contact.country,
    tldCountry: contact.tldCountry,
    freeMail: contact.freeMail,
    recipientType: contact.recipientType,
    sources: contact.imports.length,
    sourceType: contact.sourceType,
    method: contact.method,
    collectedAt: new Date(contact.collectedAt),
    anchorAt: new Date(contact.anchorAt),
    expiresAt: new Date(contact.expiresAt),
    ageBand: contact.ageBand,
    basis: basisFacts(state),
    optedOut: state.optOut !== undefined,
    objected: state.objection !== undefined,
    restricted: state.restriction !== undefined,
    hardBounced: state.hardBounced,
    erasureStarted: state.erasureCase !== undefined,
    quarantined,
    notice: { providedAt: state.notice === undefined ? undefined : new Date(state.notice.providedAt), dueAt: new Date(contact.noticeDueAt) },
  };
}

function basisFacts({ basis, consent, consentWithdrawnAt }: ContactState): BasisFacts | undefined {
  if (basis === undefined) return undefined;
  const { kind, purpose, evidenceRef, liaId } = basis;
  if (consent === undefined) return { kind, purpose, evidenceRef, liaId };
  // On a tie the withdrawal wins (INV-12).
  const withdrawnAt = consentWithdrawnAt !== undefined && time(consentWithdrawnAt) >= time(consent.grantedAt) ? new Date(consentWithdrawnAt) : undefined;
  return { kind, purpose, evidenceRef, liaId, consent: { ...consent, grantedAt: new Date(consent.grantedAt), confirmedAt: new Date(consent.confirmedAt), withdrawnAt } };
}

/** What an authorisation cites as its basis: the kind and what proves it. */
export function basisRef({ basis }: ContactState): string | undefined {
  if (basis === undefined) return undefined;
  const proof = basis.evidenceRef ?? basis.liaId;
  return proof === undefined ? basis.kind : `${basis.kind}:${proof}`;
}

/** What rendering needs. Undefined where there is nobody to send to. */
export function contactForSending({ contact, recipient, basis, consent }: ContactState): ContactForSending | undefined {
  if (contact === undefined || recipient === undefined) return undefined;
  return {
    contactId: contact.contactId, prospectId: contact.prospectId, recipient, country: contact.country, recipientType: contact.recipientType,
    sourceType: contact.sourceType, collectedAt: contact.collectedAt, basisKind: basis?.kind ?? 'none', consentGiven: basis?.kind === 'consent' && consent !== undefined,
  };
}
