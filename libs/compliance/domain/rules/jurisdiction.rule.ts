import { countryCode } from '../countries.js';
import type { GateFacts } from '../gate-facts.js';
import { perPair } from '#kernel/remembered';
import { lawfulTestSend } from '../lawful-facts.js';
import { recipientInEeaOrUk } from '../packs/regions.js';
import { allow, deny, type Rule, type RuleOutcome } from '../rule.js';

const settled = perPair((establishment: string, recipientIn: string) => allow({ establishment, recipientIn }));
const noEstablishment = deny('establishment-unknown', 'Give the country of the company identity as an ISO 3166 code of two letters.');
const noCountry = deny('country-unreadable', 'Correct the country of the contact: an ISO 3166 code of two letters, or blank for unknown.');

function judge({ tenant, contact, campaign, now }: GateFacts): RuleOutcome {
  const establishment = countryCode(tenant.establishment);
  if (establishment === undefined) return noEstablishment;
  if (contact === undefined) return settled(establishment, campaign.state === 'test' ? 'test' : 'unknown');
  if (contact.country === undefined) return settled(establishment, 'unknown');
  if (countryCode(contact.country) === undefined) return noCountry;
  return settled(establishment, recipientInEeaOrUk(contact.country, contact.tldCountry, now) ? 'eea-or-uk' : 'elsewhere');
}

export const jurisdictionRule: Rule = {
  id: 'jurisdiction',
  version: 1,
  title: 'The law that governs sender and recipient is settled',
  clause: 'GDPR 3(1)-(2)',
  validFrom: '2018-05-25',
  requirement: ['SND-09', 'LAW-12'],
  evaluate: judge,
  cases: [
    { name: 'a sender and a recipient in Estonia', facts: {}, expect: 'allow' },
    { name: 'a recipient in the United States', facts: { contact: { country: 'US', tldCountry: undefined } }, expect: 'allow' },
    { name: 'a blank country, left to the strictest pack', facts: { contact: { country: undefined } }, expect: 'allow' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'allow' },
    { name: 'a country code that does not exist', facts: { contact: { country: 'ZZ' } }, expect: 'deny', reason: 'country-unreadable' },
    { name: 'an unknown establishment', facts: { tenant: { establishment: undefined } }, expect: 'deny', reason: 'establishment-unknown' },
    { name: 'an establishment that is no country', facts: { tenant: { establishment: 'Estonia' } }, expect: 'deny', reason: 'establishment-unknown' },
  ],
};
