import type { ContactFacts, GateFacts } from './gate-facts.js';
import { millis } from './instants.js';

export type ConsentGap =
  | 'consent-missing' | 'consent-withdrawn' | 'consent-proof-incomplete' | 'consent-unconfirmed' | 'consent-time-invalid'
  | 'consent-other-purpose' | 'consent-other-channel';

const filled = (value: string | undefined): boolean => value !== undefined && value !== '';

/**
 * What keeps a contact's consent from carrying this campaign; undefined when nothing does. Proof: time, confirmation time, exact text, method,
 * locale and evidence reference (CON-01, CON-05), for this purpose and channel, never withdrawn (CON-03).
 */
export function consentGap(contact: ContactFacts, facts: GateFacts): ConsentGap | undefined {
  const consent = contact.basis?.consent;
  if (contact.basis?.kind !== 'consent' || consent === undefined) return 'consent-missing';
  if (consent.withdrawnAt !== undefined) return 'consent-withdrawn';
  if (consent.confirmedAt === undefined) return 'consent-unconfirmed';
  const confirmed = millis(consent.confirmedAt);
  if (!(filled(consent.textHash) && filled(consent.method) && filled(consent.locale) && filled(contact.basis.evidenceRef))) return 'consent-proof-incomplete';
  if (!(millis(consent.grantedAt) <= confirmed && confirmed <= millis(facts.now))) return 'consent-time-invalid';
  if (consent.purpose !== facts.campaign.purpose) return 'consent-other-purpose';
  return consent.channel === contact.channel ? undefined : 'consent-other-channel';
}
