import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { SAMPLE_DISPATCH, SAMPLE_HEADERS, SAMPLE_LINK, headerNames, sampleMessage } from './marketing-message.fixture.js';
import { assembleMessage } from './mime-message.js';

const LINES = fc.array(fc.oneof(
  fc.constantFrom('', '.', '..', '.hidden', 'From here on', 'ends in spaces  ', 'ends in a tab\t', 'a=3D=', '\u0000\u0007', '--=_x', ' '),
  fc.string({ unit: 'grapheme', maxLength: 120 }).map((line) => line.replace(/[\r\n]/g, '')),
  fc.integer({ min: 70, max: 80 }).map((size) => `${'x'.repeat(size)} `),
  fc.integer({ min: 990, max: 1200 }).map((size) => 'y'.repeat(size)),
  fc.integer({ min: 1, max: 60 }).map((size) => '😀'.repeat(size)),
), { maxLength: 12 });
const BODY = fc.tuple(LINES, fc.constantFrom('\n', '\r\n')).map(([lines, end]) => lines.join(end));
const TITLE = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 150 }).filter((text) => !/[\p{C}\p{Zl}\p{Zp}]/u.test(text) && text.trim() !== '');

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
const lf = (value: string | undefined): string => (value ?? '').replace(/\r\n/g, '\n').replace(/\n$/, '');

describe('assembleMessage', () => {
  it('SND-06 SND-07 gives exactly the listed headers, once each, and no Auto-Submitted', () => {
    const raw = text(assembleMessage(sampleMessage()));
    expect(headerNames(assembleMessage(sampleMessage()))).toEqual(SAMPLE_HEADERS);
    expect(headerNames(assembleMessage(sampleMessage({ replyTo: undefined })))).toEqual(SAMPLE_HEADERS.filter((name) => name !== 'Reply-To'));
    expect(raw).toContain(`\r\nList-Unsubscribe: <${SAMPLE_LINK}>\r\n`);
    expect(raw).toContain('\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
    expect(raw).toContain('\r\nList-Id: <c-7f3a.acme.example>\r\n');
    expect(raw).toContain(`\r\nMessage-ID: <${SAMPLE_DISPATCH}@acme.example>\r\n`);
    expect(raw).toContain('\r\nDate: Sun, 22 Nov 2026 06:21:45 +0000\r\n');
    expect(raw).toContain(`\r\nX-Outright-Marker: ${SAMPLE_DISPATCH}\r\n`);
  });

  it('SND-06 another parser reads back what was put in, from unicode to long lines, dots and trailing spaces', async () => {
    await fc.assert(fc.asyncProperty(TITLE, TITLE, TITLE, BODY, BODY, async (subject, toName, fromName, plain, html) => {
      const message = sampleMessage({
        subject, text: plain, html, to: { name: toName, address: 'ann@buyer.example' }, from: { name: fromName, address: 'sales@acme.example' },
      });
      const bytes = assembleMessage(message);
      const raw = text(bytes);
      expect(raw.replace(/\r\n/g, '')).not.toMatch(/[\r\n]|[^\t\x20-\x7e]/);
      expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
      for (const quoted of raw.matchAll(/Encoding: quoted-printable\r\n\r\n([^]*?)\r\n--=_/g)) {
        for (const line of (quoted[1] ?? '').split('\r\n')) if (line.length > 76 || /[ \t]$|^\.|^From /.test(line)) throw new Error(`Not quoted-printable: ${line}`);
      }
      const parsed = await PostalMime.parse(bytes);
      expect(parsed.subject).toBe(subject.trim());
      expect(parsed.to).toEqual([{ name: toName.trim(), address: 'ann@buyer.example' }]);
      expect(parsed.from).toEqual({ name: fromName.trim(), address: 'sales@acme.example' });
      expect(lf(parsed.text)).toBe(lf(message.text));
      expect(lf(parsed.html)).toBe(lf(message.html));
      expect(parsed.attachments).toEqual([]);
    }), { numRuns: 300 });
  });

  it.each(['Ann "Annie" Lee', 'Lee, Ann; Jr.', 'back\\slash\\', '"', 'a <b@c.example>', '=?UTF-8?Q?=42?=', 'two  spaces', '(note)', 'A'.repeat(300)])('SND-06 the display name and subject %j survive', async (name) => {
    const parsed = await PostalMime.parse(assembleMessage(sampleMessage({ to: { name, address: 'ann@buyer.example' }, subject: name })));
    expect([parsed.to, parsed.subject]).toEqual([[{ name, address: 'ann@buyer.example' }], name]);
  });

  it('SND-06 encoded headers keep to lines of 76 columns and quoted-printable to 76', () => {
    const raw = text(assembleMessage(sampleMessage({ subject: 'Grüße 😀 '.repeat(30), text: 'ü x '.repeat(400), to: { name: 'Ärm '.repeat(40), address: 'ann@buyer.example' } })));
    for (const line of raw.split('\r\n')) if (line.includes('=?UTF-8?') || line.includes('=C3')) expect(line.length).toBeLessThanOrEqual(76);
  });

  it('SND-06 writes address domains as A-labels and keeps a UTF-8 local part', () => {
    const raw = text(assembleMessage(sampleMessage({ to: { address: 'jürgen@bücher.example' } })));
    expect(raw).toContain('\r\nTo: <jürgen@xn--bcher-kva.example>\r\n');
  });

  it('SND-06 is deterministic, and a body that holds the boundary cannot end a part', async () => {
    const message = sampleMessage({ text: `--=_${SAMPLE_DISPATCH}--\n\nfoo` });
    expect(assembleMessage(message)).toEqual(assembleMessage(message));
    expect(lf((await PostalMime.parse(assembleMessage(message))).text)).toBe(lf(message.text));
  });

  it('SND-06 prefers 7bit for ASCII and leaves it for what relays would change', () => {
    const encodings = (body: string): string | undefined => /text\/plain[^]*?Encoding: (\S+)/.exec(text(assembleMessage(sampleMessage({ text: body }))))?.[1];
    expect(encodings(`${'a'.repeat(998)}\n`)).toBe('7bit');
    for (const body of [`${'a'.repeat(999)}\n`, 'ü\n', 'trailing \n', '\nFrom me\n', 'bell\u0007\n']) expect(encodings(body)).toBe('quoted-printable');
  });
});
