import type { MarketingMessage } from './mime-message.js';

/** A dispatch id of the right form for tests. */
export const SAMPLE_DISPATCH = 'abcdefghijklmnopqrstuvwxya';
export const SAMPLE_LINK = `https://leave.acme.example/u/${'Ab3_'.repeat(60)}`;
/** Every header of the sample, in order. */
export const SAMPLE_HEADERS = [
  'From', 'To', 'Reply-To', 'Subject', 'Date', 'Message-ID', 'MIME-Version', 'List-Unsubscribe', 'List-Unsubscribe-Post',
  'List-Id', 'X-Outright-Marker', 'Content-Type',
];
const ADDRESS = ['Pikk 12', 'Tallinn', '10123', "Cote d'Or"];

/** A lawful message; text and HTML given here get the link and the postal address added at their end. */
export function sampleMessage(changes: Partial<MarketingMessage> = {}): MarketingMessage {
  const foot = `\nAcme, ${ADDRESS.join(', ')}\nLeave: ${SAMPLE_LINK}`;
  const escapedFoot = `<p>Acme, ${ADDRESS.join(', ').replace("'", '&#x27;')} <a href="${SAMPLE_LINK}">Leave</a></p>`;
  return {
    dispatchId: SAMPLE_DISPATCH,
    from: { name: 'Acme Sales', address: 'sales@acme.example' },
    to: { name: 'Ann Lee', address: 'ann@buyer.example' },
    replyTo: { address: 'reply@acme.example' },
    subject: 'Scanners for Buyer Ltd',
    date: new Date('2026-11-22T06:21:45Z'),
    unsubscribeUrl: SAMPLE_LINK,
    listId: '<c-7f3a.acme.example>',
    postalAddress: ADDRESS,
    ...changes,
    text: (changes.text ?? 'Hello Ann,\n') + foot,
    html: (changes.html ?? '<p>Hello Ann,</p>\n') + escapedFoot,
  };
}

/** The header names of a message, read apart from the code under test. */
export function headerNames(bytes: Uint8Array): string[] {
  const raw = Buffer.from(bytes).toString('utf8');
  return raw.slice(0, raw.indexOf('\r\n\r\n')).split('\r\n').filter((line) => !/^[ \t]/.test(line)).map((line) => line.slice(0, line.indexOf(':')));
}
