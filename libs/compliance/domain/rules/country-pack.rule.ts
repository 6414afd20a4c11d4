import { consentGap } from '../consent-proof.js';
import type { RecipientType } from '../gate-facts.js';
import { perPair } from '#kernel/remembered';
import { lawfulByConsent, lawfulByOptOutRegime, lawfulTestSend, together } from '../lawful-facts.js';
import { packFor, type PackChoice } from '../packs/pack-for.js';
import { aboutContact, allow, deny, type Rule } from '../rule.js';

const inputs = (pack: PackChoice, recipientType: RecipientType, ground: string) => ({ pack: pack.label, packFrom: pack.validFrom, recipientType, ground });

const byConsent = perPair((pack: PackChoice, type: RecipientType) => allow(inputs(pack, type, 'consent')));
const byPack = perPair((pack: PackChoice, type: RecipientType) => allow(inputs(pack, type, 'pack')));
const byRelevance = perPair((pack: PackChoice, type: RecipientType) => allow(inputs(pack, type, 'relevance')));
const noRelevance = perPair((pack: PackChoice, type: RecipientType) =>
  deny('relevance-missing', 'Say in the campaign why the mail concerns the work of these people.', inputs(pack, type, 'none')));
const refused = perPair((pack: PackChoice, type: RecipientType) => {
  if (pack.standing === 'unknown-country') return deny('country-unknown', 'Record the country; an unknown one gets the strictest rule.', inputs(pack, type, 'none'));
  if (pack.standing === 'no-pack') return deny('country-without-pack', 'Use consent: no rule of this country is on record, so the strictest holds.', inputs(pack, type, 'none'));
  return pack.untightened[type] === 'no' || pack.untightened[type] === undefined
    ? deny('country-needs-consent', 'Use consent, or leave these recipients out: their country allows no cold mail to them.', inputs(pack, type, 'none'))
    : deny('domain-country-needs-consent', 'Check the country: the address ends in the domain of a stricter one.', inputs(pack, type, 'none'));
});

export const countryPackRule: Rule = {
  id: 'country-pack',
  version: 1,
  title: 'The country of the recipient allows the mail',
  clause: 'Directive 2002/58/EC 13(1)-(5) and the national rules each pack names',
  validFrom: '2018-05-25',
  requirement: ['LAW-07', 'D22'],
  evaluate: aboutContact((contact, facts) => {
    const pack = packFor(contact.country, contact.tldCountry, facts.now);
    const type = contact.freeMail === false ? contact.recipientType : 'private';
    if (contact.basis?.kind === 'consent' && consentGap(contact, facts) === undefined) return byConsent(pack, type);
    const answer = pack.allows[type];
    if (answer === 'yes') return byPack(pack, type);
    if (answer !== 'relevance') return refused(pack, type);
    return facts.campaign.relevance !== undefined && /\S/.test(facts.campaign.relevance) ? byRelevance(pack, type) : noRelevance(pack, type);
  }),
  cases: [
    { name: 'a person at a firm in Estonia, with relevance', facts: {}, expect: 'allow' },
    { name: 'the same without relevance', facts: { campaign: { relevance: undefined } }, expect: 'deny', reason: 'relevance-missing' },
    { name: 'the same with blank relevance', facts: { campaign: { relevance: '  ' } }, expect: 'deny', reason: 'relevance-missing' },
    { name: 'a role address in Estonia', facts: { contact: { recipientType: 'company_role' }, campaign: { relevance: undefined } }, expect: 'allow' },
    { name: 'a free-mail address called a firm', facts: { contact: { freeMail: true } }, expect: 'deny', reason: 'country-needs-consent' },
    { name: 'a role address in Germany', facts: { contact: { country: 'DE', tldCountry: 'DE', recipientType: 'company_role' } }, expect: 'deny', reason: 'country-needs-consent' },
    { name: 'a private person in Germany who consented', facts: lawfulByConsent, expect: 'allow' },
    { name: 'a consent that was withdrawn', facts: together(lawfulByConsent, { contact: { basis: { consent: { withdrawnAt: new Date('2026-11-10T00:00:00Z') } } } }), expect: 'deny', reason: 'country-needs-consent' },
    { name: 'a private person in the United States', facts: lawfulByOptOutRegime, expect: 'allow' },
    { name: 'a United States row with a .de address', facts: together(lawfulByOptOutRegime, { contact: { tldCountry: 'DE' } }), expect: 'deny', reason: 'domain-country-needs-consent' },
    { name: 'a German row with a .us address', facts: { contact: { country: 'DE', tldCountry: 'US', recipientType: 'company_role' } }, expect: 'deny', reason: 'country-needs-consent' },
    { name: 'an unknown country', facts: { contact: { country: undefined, tldCountry: 'US' } }, expect: 'deny', reason: 'country-unknown' },
    { name: 'Japan, which has no pack', facts: { contact: { country: 'JP', tldCountry: 'JP', recipientType: 'company_role' } }, expect: 'deny', reason: 'country-without-pack' },
    { name: 'no recipient type', facts: { contact: { recipientType: undefined } }, expect: 'deny', reason: 'country-needs-consent' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};
