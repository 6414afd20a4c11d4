import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BadInput } from '#kernel/errors';
import { SAMPLE_DISPATCH, SAMPLE_HEADERS, SAMPLE_LINK, headerNames, sampleMessage } from './marketing-message.fixture.js';
import { assembleMessage, type MarketingMessage } from './mime-message.js';

describe('assembleMessage under attack', () => {
  it('SND-06 ten thousand hostile values give either BadInput or exactly one of each header', () => {
    const attack = fc.constantFrom('\r\nBcc: x@evil.example', '\nSubject: two', '\r', '\u0000', '\r\n\r\n<b>', '\u0085', '\u2028X: y', '\u000bTo: z', '\u007f', '=?UTF-8?Q?=0D=0ABcc:?=', '"', '\\', '<', '>', ',', ';', ':', '(', ' ', '\t', 'é', '@', '%0d%0a');
    const hostile = fc.array(fc.oneof(attack, fc.string({ maxLength: 6 })), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
    const field = fc.constantFrom('subject', 'fromName', 'toName', 'replyName', 'fromAddress', 'toAddress', 'replyAddress', 'toDomain', 'unsubscribeUrl', 'listId', 'dispatchId');
    let refused = 0;
    fc.assert(fc.property(field, hostile, fc.boolean(), (name, value, alone) => {
      const put = (base: string): string => (alone ? value : base.slice(0, 3) + value + base.slice(3));
      const base = sampleMessage();
      const link = put(SAMPLE_LINK);
      const changes: Record<string, Partial<MarketingMessage>> = {
        subject: { subject: put('Hello') }, listId: { listId: put('<a.acme.example>') }, dispatchId: { dispatchId: put(SAMPLE_DISPATCH) },
        fromName: { from: { ...base.from, name: put('Acme') } }, toName: { to: { ...base.to, name: put('Ann') } },
        replyName: { replyTo: { name: put('Desk'), address: 'reply@acme.example' } },
        fromAddress: { from: { address: put('sales@acme.example') } }, toAddress: { to: { address: put('ann@buyer.example') } },
        replyAddress: { replyTo: { address: put('reply@acme.example') } }, toDomain: { to: { address: `ann@${put('buyer.example')}` } },
        unsubscribeUrl: { unsubscribeUrl: link, text: link, html: link },
      };
      let bytes: Uint8Array;
      try {
        bytes = assembleMessage(sampleMessage(changes[name]));
      } catch (error) {
        if (!(error instanceof BadInput) || error.rule !== 'SND-06') throw error;
        refused += 1;
        return;
      }
      const lines = (Buffer.from(bytes).toString('utf8').split('\r\n\r\n')[0] ?? '').split('\r\n');
      if (headerNames(bytes).join() !== SAMPLE_HEADERS.join()) throw new Error('The headers are not the listed ones.');
      if ([value, ...lines].some((line) => /[\p{Cc}\u2028\u2029]/u.test(line))) throw new Error('A control character passed.');
    }), { numRuns: 10_000 });
    expect(refused).toBeGreaterThan(1000);
  });

  it.each([0x0d, 0x0a, 0x00, 0x1b, 0x85, 0x2028])('SND-06 refuses code point %i in any header variable', (codePoint) => {
    const control = String.fromCodePoint(codePoint);
    const bad = `a${control}b`;
    const cases: Partial<MarketingMessage>[] = [
      { subject: bad }, { subject: `Hello${control}` }, { from: { name: bad, address: 'sales@acme.example' } }, { to: { name: `Ann${control}`, address: 'ann@buyer.example' } },
      { to: { address: `${bad}@buyer.example` } }, { replyTo: { address: `reply@acme.example${control}` } }, { listId: `<${bad}.example>` },
    ];
    for (const changes of cases) expect(() => assembleMessage(sampleMessage(changes))).toThrow(expect.objectContaining({ rule: 'SND-06' }));
  });
});
