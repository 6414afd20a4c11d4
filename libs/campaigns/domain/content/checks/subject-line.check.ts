import { TEMPLATE_LIMITS } from '../template-limits.js';
import { latinLookalikes } from './confusables.js';
import { folded, found, type CheckedMessage, type ContentCheck } from './content-check.js';

const REPLY_PREFIX = /^(?:\s*\[[^\]]{0,20}\])?[\s\W]*(re|fwd?|aw|wg|sv|vs|antw?|odp|tr|rv|rif|enc|res|vl|ynt|atb|na|pd|doorst)\s*([[(^]?\d+[\])]?)?\s*:/i;
const MISLEADING: readonly (readonly [string, RegExp])[] = [
  ['invoice or payment', /\b(your|unpaid|overdue|outstanding|attached|pending|past[- ]due|open|new|final|proforma)\s+(\S+\s+)?invoice\b|^\W*invoice\W*(from\b|for\b|of\b|no\b|nr\b|number\b|#|\d|attached|enclosed|due|overdue|unpaid|$)|\binvoice\s*(#|no\.?\s*\d|nr\.?\s*\d|number|\d)|\bpayment\s+(failed|declined|overdue|due|rejected|problem|received|confirmation)\b|\b(your|failed|declined|overdue)\s+payment\b/],
  ['account suspended', /\baccounts?\b.{0,40}\b(suspen\w+|lock\w*|limit(ed|ation)|clos(ed|ing|ure)|disabl\w+|deactivat\w+|restrict\w+|block\w*|hack\w*|compromis\w+|expir\w+|terminat\w+)\b|\b(suspen\w+|locked|disabled|deactivated)\b.{0,20}\baccount\b|\b(verify|confirm|validate|update)\s+your\s+(account|identity|password|details|billing)\b|\bpassword\b.{0,20}\b(expir\w+|reset|chang\w+)\b|\bsecurity\s+(alert|warning|notice)\b|\bunusual\s+(sign-?in|login|activity)\b/],
  ['urgency', /\burgent(ly)?\b|\bimmediate (action|attention|response|reply)\b|\b(action|response|reply|attention)\s+(is\s+)?(required|needed)\b|\b(final|last)\s+(notice|warning|reminder|demand)\b|\bact (now|immediately)\b|\blegal action\b|\bcourt (notice|summons)\b/],
  ['earlier contact', /\b(as|per)\s+(we\s+)?(discussed|agreed|requested)\b|\b(your|the)\s+(recent\s+)?(order|purchase|booking|delivery|parcel|shipment)\s+(#|no\b|number|is|has|was|\d|confirm)/],
];

/** The subject says what the message is, and is safe as a header line (SND-04, SND-06). */
export const subjectLine: ContentCheck = {
  id: 'subject-line',
  rule: 'SND-04',
  clause: '15 USC 7704(a)(2)',
  run({ subject, expected }: CheckedMessage) {
    const where = { part: 'subject' } as const;
    const plain = latinLookalikes(folded(subject));
    const findings = [];
    // eslint-disable-next-line no-control-regex -- refusing control characters is the point
    if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(subject)) findings.push(found(subjectLine, { id: 'subject-control-characters', rule: 'SND-06', clause: 'RFC 5322 2.2', where, message: 'The subject holds a line break or control character.', fix: 'Write it as one plain line.' }));
    if (/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]/.test(subject)) findings.push(found(subjectLine, { id: 'subject-hidden-characters', where, message: 'The subject holds invisible or direction-changing characters.', fix: 'Remove them.' }));
    if (plain === '') return [...findings, found(subjectLine, { id: 'subject-empty', where, message: 'The subject is empty.', fix: 'Say in a few words what is offered.' })];
    if (subject.length > TEMPLATE_LIMITS.subjectLength) findings.push(found(subjectLine, { id: 'subject-too-long', rule: 'SND-06', clause: 'RFC 5322 2.1.1', where, message: `The subject is longer than ${TEMPLATE_LIMITS.subjectLength} characters.`, fix: 'Shorten it.' }));
    else if (subject.length > 78) findings.push(found(subjectLine, { id: 'subject-long', severity: 'warning', where, message: 'Most programs cut the subject after 78 characters.', fix: 'Put what matters first, or shorten it.' }));
    if (expected.inReply !== true && REPLY_PREFIX.test(plain)) findings.push(found(subjectLine, { id: 'subject-fake-reply', overridable: true, where, message: 'The subject looks like an answer or a forwarded message, and the recipient never wrote.', fix: 'Remove the prefix, or let an officer override with a reason.' }));
    for (const [kind, pattern] of MISLEADING) {
      if (pattern.test(plain)) findings.push(found(subjectLine, { id: 'subject-misleading', overridable: true, where, message: `The subject claims something that a stranger's offer is not (${kind}).`, fix: 'Say what is offered, or let an officer override with a reason.' }));
    }
    return findings;
  },
};
