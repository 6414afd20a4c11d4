import { describe, expect, it } from '@jest/globals';
import { listIdFor } from './list-id.js';
import { SAMPLE_DISPATCH } from './marketing-message.fixture.js';
import { dispatchIdOf, messageIdFor } from './message-id.js';

const refused = expect.objectContaining({ rule: 'SND-06' });

describe('message id', () => {
  it('SND-06 leads from the dispatch to the Message-ID and back, with or without brackets, in any case', () => {
    const messageId = messageIdFor(SAMPLE_DISPATCH, 'Acme.EXAMPLE');
    expect(messageId).toBe(`<${SAMPLE_DISPATCH}@acme.example>`);
    for (const seen of [messageId, messageId.slice(1, -1), ` ${messageId}\r\n`, messageId.toUpperCase()]) expect(dispatchIdOf(seen)).toBe(SAMPLE_DISPATCH);
  });

  it('SND-06 knows foreign ids for what they are', () => {
    for (const foreign of ['', '<a@b.example>', SAMPLE_DISPATCH, `<x${SAMPLE_DISPATCH}@b.example>`, `<${'a'.repeat(25)}b@b.example>`, `<${SAMPLE_DISPATCH}@a@b>`]) {
      expect(dispatchIdOf(foreign)).toBeUndefined();
    }
  });

  it('SND-06 refuses what is no dispatch id or no domain', () => {
    expect(() => messageIdFor('x', 'acme.example')).toThrow(refused);
    for (const domain of ['', 'a b', 'a.example>', 'a..example', '-a.example', '[127.0.0.1]', 'a.example\r\nBcc: x', 'a／b.example', `${'a'.repeat(64)}.example`]) {
      expect(() => messageIdFor(SAMPLE_DISPATCH, domain)).toThrow(refused);
    }
  });
});

describe('list id', () => {
  it('SND-06 joins an opaque label to the sender domain in A-labels', () => {
    expect(listIdFor('C-7f3a', 'bücher.example')).toBe('<c-7f3a.xn--bcher-kva.example>');
  });

  it('SND-06 refuses labels that are no single DNS label', () => {
    for (const label of ['', 'a.b', '-a', 'a-', 'a b', 'ä', 'a\n', 'a'.repeat(64)]) expect(() => listIdFor(label, 'acme.example')).toThrow(refused);
  });
});
