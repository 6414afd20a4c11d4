import { perPair } from '#kernel/remembered';
import { allow, deny, type Rule } from '../rule.js';

const authentic = perPair((sender: string, senderVersion: number) => allow({ sender, senderVersion }));
const unknown = deny('sender-unknown', 'Add the sender with `outright sender add`.');
const domain = deny('sender-domain-unverified', 'Publish the DKIM key and run `outright sender verify`.');
const displayName = deny('sender-name-unregistered', 'Use the registered display name of the sender.');
const replyTo = deny('reply-to-unattested', 'Attest that somebody reads the Reply-To mailbox.');

export const senderAuthenticationRule: Rule = {
  id: 'sender-authentication',
  version: 1,
  title: 'The sender is who the mail says',
  clause: '15 U.S.C. 7704(a)(1), (3)(A)',
  validFrom: '2004-01-01',
  requirement: ['SND-05'],
  evaluate: ({ sender }) => {
    if (sender === undefined || typeof sender.id !== 'string' || sender.id === '' || !Number.isSafeInteger(sender.version)) return unknown;
    if (sender.domainVerified !== true) return domain;
    if (sender.displayNameRegistered !== true) return displayName;
    return sender.replyToAttested === true ? authentic(sender.id, sender.version) : replyTo;
  },
  cases: [
    { name: 'a verified sender', facts: {}, expect: 'allow' },
    { name: 'no sender', facts: { sender: undefined }, expect: 'deny', reason: 'sender-unknown' },
    { name: 'a sender without version', facts: { sender: { version: undefined } }, expect: 'deny', reason: 'sender-unknown' },
    { name: 'a domain not verified', facts: { sender: { domainVerified: false } }, expect: 'deny', reason: 'sender-domain-unverified' },
    { name: 'another display name', facts: { sender: { displayNameRegistered: false } }, expect: 'deny', reason: 'sender-name-unregistered' },
    { name: 'a Reply-To nobody reads', facts: { sender: { replyToAttested: false } }, expect: 'deny', reason: 'reply-to-unattested' },
  ],
};
