import { millis } from '../instants.js';
import { perKey } from '#kernel/remembered';
import { lawfulTestSend } from '../lawful-facts.js';
import { aboutContact, allow, deny, type Rule } from '../rule.js';
import { isUsableSource, needsTransferEvidence } from '../source-types.js';

const recorded = perKey((sourceType: string) => allow({ sourceType }));
const missing = deny('source-missing', 'Import the contact again with its source.');
const future = deny('source-in-future', 'Correct the collection date; it lies after now.');
const evidence = deny('source-needs-evidence', 'Leave these contacts out: evidence of the transfer cannot be recorded yet.');
const refused = deny('source-type-refused', 'Leave these contacts out: data of this source type is not used.');

export const sourceRecordedRule: Rule = {
  id: 'source-recorded',
  version: 1,
  title: 'The source of the data is recorded and usable',
  clause: 'GDPR 14(2)(f), 15(1)(g)',
  validFrom: '2018-05-25',
  requirement: ['SRC-01', 'SRC-02', 'SRC-03', 'SRC-07', 'SRC-08', 'INV-08'],
  evaluate: aboutContact(({ sources, sourceType, collectedAt }, { now }) => {
    if (!(sources >= 1)) return missing;
    if (!(millis(collectedAt) <= millis(now))) return future;
    if (isUsableSource(sourceType)) return recorded(sourceType);
    return needsTransferEvidence(sourceType) ? evidence : refused;
  }),
  cases: [
    { name: 'a public website', facts: {}, expect: 'allow' },
    { name: 'a form of our own', facts: { contact: { sourceType: 'own_form', method: 'provided' } }, expect: 'allow' },
    { name: 'no source', facts: { contact: { sources: 0 } }, expect: 'deny', reason: 'source-missing' },
    { name: 'an unknown number of sources', facts: { contact: { sources: undefined } }, expect: 'deny', reason: 'source-missing' },
    { name: 'bought data', facts: { contact: { sourceType: 'purchased' } }, expect: 'deny', reason: 'source-type-refused' },
    { name: 'a partner', facts: { contact: { sourceType: 'partner' } }, expect: 'deny', reason: 'source-needs-evidence' },
    { name: 'no source type', facts: { contact: { sourceType: undefined } }, expect: 'deny', reason: 'source-type-refused' },
    { name: 'collected after now', facts: { contact: { collectedAt: new Date('2027-01-01T00:00:00Z') } }, expect: 'deny', reason: 'source-in-future' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};
