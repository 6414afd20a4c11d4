import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dkimVerify } from 'mailauth';
import { dkimPublicRecord, loadDkimKey, matchesPublishedKey, type DkimKey } from '#kernel/dkim/dkim-key';
import { dkimSign } from './dkim-signer.js';
import { sampleMessage } from './marketing-message.fixture.js';
import { assembleMessage } from './mime-message.js';

const now = new Date('2026-11-22T06:21:45Z');
let key: DkimKey;

const signed = async (message: Uint8Array): Promise<string> =>
  Buffer.from(await dkimSign(message, { domain: 'acme.example', selector: 's1', key, now })).toString('latin1');
const verdict = async (message: string, record = dkimPublicRecord(key)): Promise<string> => {
  const resolver = (name: string, type: string): Promise<string[][]> =>
    name === 's1._domainkey.acme.example' && type === 'TXT' ? Promise.resolve([[record]]) : Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }));
  const { results } = await dkimVerify(Buffer.from(message, 'latin1'), { resolver, minBitLength: 2048 });
  return results.map((result) => `${result.status.result} ${result.signingDomain}`).join();
};
const tagsOf = (message: string): Map<string, string> => {
  const value = message.slice('DKIM-Signature:'.length, /\r\n(?![ \t])/.exec(message)?.index).replace(/\s+/g, '');
  return new Map(value.split(';').map((tag) => [tag.slice(0, tag.indexOf('=')), tag.slice(tag.indexOf('=') + 1)]));
};

beforeAll(() => {
  key = loadDkimKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
});

describe('dkimSign', () => {
  it('SND-07 an independent verifier accepts every signed message', async () => {
    const line = fc.oneof(fc.constantFrom('', ' ', '.', '..', 'two  spaces\t x ', '\t'), fc.string({ unit: 'grapheme', maxLength: 90 }), fc.constant('z'.repeat(1100)));
    const body = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'));
    const title = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }).filter((value) => !/[\p{C}\p{Zl}\p{Zp}]/u.test(value) && value.trim() !== '');
    await fc.assert(fc.asyncProperty(title, title, body, body, fc.boolean(), async (subject, name, text, html, reply) => {
      const message = sampleMessage({ subject, text, html, to: { name, address: 'ann@buyer.example' }, ...(reply ? {} : { replyTo: undefined }) });
      expect(await verdict(await signed(assembleMessage(message)))).toBe('pass acme.example');
    }), { numRuns: 220 });
  });

  it('SND-07 OPT-01 h= of the final bytes names both List headers, seals the visible ones, and there is no l=', async () => {
    const tags = tagsOf(await signed(assembleMessage(sampleMessage())));
    const names = (tags.get('h') ?? '').split(':');
    for (const name of ['From', 'To', 'Date', 'Subject', 'Message-ID', 'MIME-Version', 'Content-Type', 'Reply-To', 'List-Unsubscribe', 'List-Unsubscribe-Post', 'List-Id']) {
      expect(names).toContain(name);
    }
    for (const name of ['From', 'To', 'Date', 'Subject']) expect(names.filter((other) => other === name)).toHaveLength(2);
    expect([tags.get('a'), tags.get('c'), tags.get('t'), tags.has('l')]).toEqual(['rsa-sha256', 'relaxed/relaxed', '1795328505', false]);
  });

  it('SND-07 any change to a signed header, an added second one, or the body breaks the signature', async () => {
    const message = await signed(assembleMessage(sampleMessage()));
    const end = message.indexOf('\r\n\r\n');
    expect(await verdict(message)).toBe('pass acme.example');
    for (const name of ['From', 'To', 'Reply-To', 'Subject', 'Date', 'Message-ID', 'List-Unsubscribe', 'List-Unsubscribe-Post', 'List-Id', 'X-Outright-Marker']) {
      expect(await verdict(message.replace(`\r\n${name}: `, `\r\n${name}: x`))).toBe('fail acme.example');
    }
    for (const name of ['From', 'To', 'Reply-To', 'Subject', 'Date', 'List-Unsubscribe', 'List-Unsubscribe-Post']) {
      for (const at of [message.indexOf('\r\nFrom: '), end]) {
        expect(await verdict(`${message.slice(0, at)}\r\n${name}: x${message.slice(at)}`)).toMatch(/^(fail|neutral|permerror) /);
      }
    }
    expect(await verdict(message.replace('Hello', 'Hallo'))).not.toMatch(/^pass/);
  });

  it.each(['', '\r\n', ' \t\r\n\r\n', 'a \r\n', ' a\t\tb \t\r\n\r\n \r\nc', 'a\u0001 \r\n\t\r\n', 'no end', 'ends in spaces  '])('SND-07 signs the body %j as the verifier reads it', async (body) => {
    expect(await verdict(await signed(Buffer.from(`From:  a@acme.example \r\nSubject: folded\r\n  twice\r\n\there\r\nX-Other: y\r\n\r\n${body}`)))).toBe('pass acme.example');
  });

  it('SND-07 survives refolding and changed spaces, as relaxed/relaxed promises', async () => {
    const message = await signed(assembleMessage(sampleMessage()));
    expect(await verdict(message.replace('\r\nSubject: Scanners for', '\r\nsubject:  Scanners\r\n\tfor').replace('Hello Ann,\r\n', 'Hello  Ann, \r\n') + '\r\n\r\n')).toBe('pass acme.example');
  });

  it('SND-07 rejects bare line ends, a missing From and a bad selector', async () => {
    const options = { domain: 'acme.example', selector: 's1', key, now };
    for (const raw of ['From: a@b.example\r\n\r\nhi\nthere', 'From: a@b.example\r\n\r\nhi\rthere', 'Subject: x\r\n\r\nhi', 'From: a@b.example\r\n']) {
      await expect(dkimSign(Buffer.from(raw), options)).rejects.toMatchObject({ rule: 'SND-07' });
    }
    await expect(dkimSign(assembleMessage(sampleMessage()), { ...options, selector: 's1; d=x' })).rejects.toMatchObject({ rule: 'SND-07' });
  });
});

describe('dkim keys', () => {
  it('SND-07 refuses keys below 2048 bits, other kinds and unreadable files', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const bad = [weak.privateKey, generateKeyPairSync('ed25519').privateKey, weak.publicKey, 'no key'];
    for (const candidate of bad) expect(() => loadDkimKey(candidate)).toThrow(expect.objectContaining({ rule: 'SND-07' }));
    expect(loadDkimKey(key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()).publicKey).toBe(key.publicKey);
  });

  it('SND-05 (partly) a published record proves ownership only with our live key', () => {
    const record = dkimPublicRecord(key);
    const other = dkimPublicRecord(loadDkimKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey));
    const good = [record, `${record};`, [record.slice(0, 200), record.slice(200)], record.replace('v=DKIM1; k=rsa; ', ''), record.replace('p=', 'h=sha1:sha256; s=email; t=s; p= ')];
    const bad = ['', 'v=DKIM1', other, 'v=DKIM1; k=rsa; p=', record.replace('k=rsa', 'k=ed25519'), record.replace('p=', 'h=sha1; p='), record.replace('p=', 's=tlsrpt; p='), record.slice(0, -4), `${record}; p=${key.publicKey}`, `k=rsa; ${record.replace(' k=rsa;', '')}`, record.replace('DKIM1', 'DKIM2')];
    for (const txt of good) expect([txt, matchesPublishedKey(txt, key)]).toEqual([txt, true]);
    for (const txt of bad) expect([txt, matchesPublishedKey(txt, key)]).toEqual([txt, false]);
  });
});
