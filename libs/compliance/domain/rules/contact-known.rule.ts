import { RECIPIENT_TYPES } from '../gate-facts.js';
import { perKey } from '#kernel/remembered';
import { lawfulTestSend } from '../lawful-facts.js';
import { aboutContact, allow, deny, type Rule } from '../rule.js';

const types = new Set<string>(RECIPIENT_TYPES);
const known = perKey((recipientType: string) => allow({ recipientType }));
const notEmail = deny('channel-not-email', 'Use the email contact; this gate authorises email only.');
const unclassified = deny('recipient-unclassified', 'Import the contact again with a recipient type.');

export const contactKnownRule: Rule = {
  id: 'contact-known',
  version: 1,
  title: 'The recipient is a known, classified email contact',
  clause: 'Directive 2002/58/EC 13(1), 13(5)',
  validFrom: '2018-05-25',
  requirement: ['LAW-07', 'SND-20'],
  evaluate: aboutContact(({ channel, recipientType, freeMail }) => {
    if (channel !== 'email') return notEmail;
    return types.has(recipientType) && typeof freeMail === 'boolean' ? known(recipientType) : unclassified;
  }),
  cases: [
    { name: 'a classified email contact', facts: {}, expect: 'allow' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
    { name: 'no contact', facts: { contact: undefined }, expect: 'deny', reason: 'contact-unknown' },
    { name: 'a phone contact', facts: { contact: { channel: 'phone' } }, expect: 'deny', reason: 'channel-not-email' },
    { name: 'no recipient type', facts: { contact: { recipientType: undefined } }, expect: 'deny', reason: 'recipient-unclassified' },
    { name: 'a domain never compared with the free-mail list', facts: { contact: { freeMail: undefined } }, expect: 'deny', reason: 'recipient-unclassified' },
  ],
};
