import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { enhancedStatus, MalformedReply, MAX_REPLY_LINE, MAX_REPLY_LINES, ReplyReader, replyText, type SmtpReply } from './smtp-reply.js';

function read(...chunks: (string | Buffer)[]): { replies: SmtpReply[]; reader: ReplyReader } {
  const replies: SmtpReply[] = [];
  const reader = new ReplyReader((reply) => replies.push(reply));
  for (const chunk of chunks) reader.push(Buffer.from(chunk as string));
  return { replies, reader };
}

describe('SMTP replies', () => {
  it('reads single and multi-line replies, however they are cut', () => {
    const text = '220 peer.test ready\r\n250-peer.test\r\n250-SIZE 100\r\n250 HELP\r\n354\r\n';
    const whole = read(text).replies;
    expect(whole).toEqual([
      { code: 220, lines: ['peer.test ready'] }, { code: 250, lines: ['peer.test', 'SIZE 100', 'HELP'] }, { code: 354, lines: [''] },
    ]);
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 12 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), text.length];
      expect(read(...at.slice(1).map((end, index) => text.slice(at[index], end))).replies).toEqual(whole);
    }));
  });

  it('tells whether octets are waiting behind a reply', () => {
    expect(read('250 ok\r\n').reader.hasInput).toBe(false);
    expect(read('250 ok\r\n2').reader.hasInput).toBe(true);
    expect(read('250-ok\r\n').reader.hasInput).toBe(true);
  });

  it('SEC-03 caps lines and replies, and refuses what is no reply', () => {
    const ok = `250 ${'x'.repeat(MAX_REPLY_LINE - 6)}\r\n`;
    expect(read(ok).replies).toHaveLength(1);
    expect(() => read(ok.replace('x', 'xx'))).toThrow('reply-line-too-long');
    expect(() => read('250 ', 'x'.repeat(MAX_REPLY_LINE))).toThrow('reply-line-too-long');
    expect(read(`${'250-a\r\n'.repeat(MAX_REPLY_LINES - 1)}250 a\r\n`).replies).toHaveLength(1);
    expect(() => read(`${'250-a\r\n'.repeat(MAX_REPLY_LINES)}250 a\r\n`)).toThrow('reply-too-many-lines');
    for (const bad of ['hello\r\n', '25 ok\r\n', '2500 ok\r\n', '150 ok\r\n', '250_ok\r\n', '250-a\r\n251 b\r\n', '\r\n']) expect(() => read(bad)).toThrow(MalformedReply);
  });

  it('takes control characters out of the text', () => {
    expect(replyText(read('550 a\u001b[31mb\tc\r\n').replies[0]!)).toBe('550 a [31mb c'.slice(4));
  });

  it('SND-16 reads the enhanced status only where its class agrees (RFC 3463)', () => {
    const status = (text: string) => enhancedStatus(read(`${text}\r\n`).replies[0]!);
    expect(status('550 5.1.1 nobody')).toBe('5.1.1');
    expect(status('250 2.0.0')).toBe('2.0.0');
    expect(status('451 4.7.650 later')).toBe('4.7.650');
    for (const none of ['550 nobody', '550 4.1.1 odd', '550 5.1 short', '550 5.1.1234 long', '550 5.1.1x']) expect(status(none)).toBeUndefined();
  });

  it('never does more than refuse, whatever a server writes', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (chunks) => {
      try {
        read(...chunks.map((chunk) => Buffer.from(chunk)));
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedReply);
      }
    }));
  });
});
