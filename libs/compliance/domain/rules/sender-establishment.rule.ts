import { isGdprBasis } from '../bases.js';
import { perKey } from '#kernel/remembered';
import { lawfulByConsent, lawfulByOptOutRegime, lawfulTestSend, together } from '../lawful-facts.js';
import { inEeaOrUk } from '../packs/regions.js';
import { aboutContact, allow, deny, notApplicable, type Rule } from '../rule.js';

const elsewhere = notApplicable('sender-elsewhere');
const layered = perKey((establishment: string) => allow({ establishment, layer: 'gdpr' }));
const noBasis = deny('establishment-needs-gdpr-basis', 'Record consent or legitimate interest: the sender owes it to recipients everywhere.');

export const senderEstablishmentRule: Rule = {
  id: 'sender-establishment',
  version: 1,
  title: 'A sender in the EEA or the UK owes its own law to recipients everywhere',
  clause: 'GDPR 3(1), 6(1)',
  validFrom: '2018-05-25',
  requirement: ['LAW-12'],
  evaluate: aboutContact(({ basis }, { tenant, now }) => {
    if (!inEeaOrUk(tenant.establishment, now)) return elsewhere;
    return basis !== undefined && isGdprBasis(basis.kind) ? layered(tenant.establishment) : noBasis;
  }),
  cases: [
    { name: 'legitimate interest of a sender in Estonia', facts: {}, expect: 'allow' },
    { name: 'the same towards the United States', facts: { contact: { country: 'US', tldCountry: undefined } }, expect: 'allow' },
    { name: 'consent given to a sender in Estonia', facts: lawfulByConsent, expect: 'allow' },
    { name: 'a sender in the United States', facts: lawfulByOptOutRegime, expect: 'not_applicable', reason: 'sender-elsewhere' },
    { name: 'the opt-out regime from Estonia', facts: together(lawfulByOptOutRegime, { tenant: { establishment: 'EE' } }), expect: 'deny', reason: 'establishment-needs-gdpr-basis' },
    { name: 'no basis', facts: { contact: { basis: undefined } }, expect: 'deny', reason: 'establishment-needs-gdpr-basis' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};
