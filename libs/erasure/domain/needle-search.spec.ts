import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { needlesOf } from './needles.js';
import { NeedleSearch } from './needle-search.js';

const ADDRESS = 'Mari.Maasikas+fair@Buyer.Example';
const chunksOf = (bytes: Buffer, size: number) => Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
const hits = async (bytes: Buffer, options: { address?: string; longerOnesToo?: boolean; size?: number } = {}) =>
  (await new NeedleSearch(needlesOf(options.address ?? ADDRESS)).inChunks(chunksOf(bytes, options.size ?? 65_536), options.longerOnesToo)).found.size;
const noise = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7919) % 251));
const hidden = (trace: string | Buffer) => Buffer.concat([noise, Buffer.from(trace), noise]);
const sha = (text: string) => createHash('sha256').update(text).digest();

describe('needle search', () => {
  it.each([
    ['plain', ADDRESS], ['lower case', ADDRESS.toLowerCase()], ['upper case', ADDRESS.toUpperCase()],
    ['percent-encoded', encodeURIComponent(ADDRESS)], ['percent-encoded in lower case', encodeURIComponent(ADDRESS).toLowerCase()],
    ['base64', Buffer.from(ADDRESS).toString('base64')], ['base64 after one byte', Buffer.from(`"${ADDRESS}"`).toString('base64')],
    ['base64 after two bytes', Buffer.from(`a "${ADDRESS}" b`).toString('base64')], ['base64url', Buffer.from(`<${ADDRESS.toLowerCase()}>`).toString('base64url')],
    ['SHA-256 in hex', sha(ADDRESS).toString('hex')], ['SHA-256 in capital hex', sha(ADDRESS.toLowerCase()).toString('hex').toUpperCase()],
    ['SHA-256 in base64', sha(ADDRESS.toLowerCase()).toString('base64')], ['SHA-256 in base64url', sha(ADDRESS).toString('base64url')],
    ['SHA-256 in bytes', sha(ADDRESS)],
  ])('ERA-03 finds an address left as %s', async (_, trace) => {
    expect(await hits(hidden(trace))).toBeGreaterThan(0);
    expect(await hits(noise)).toBe(0);
  });

  it('ERA-03 an address cut by the end of any chunk is found, and memory stays that of a chunk', async () => {
    for (let size = 7; size < 200; size += 13) expect(await hits(hidden(ADDRESS), { size })).toBeGreaterThan(0);
  });

  it('ERA-03 values of a database stand side by side and still count', async () => {
    expect(await hits(Buffer.from(`live${ADDRESS}prospect-1`))).toBeGreaterThan(0);
  });

  it.each([
    ['joann@buyer.example', 0], ['ann@buyer.example.org', 0], ['x-ann@buyer.example', 0], ['ann@buyer.examples', 0],
    ['<ann@buyer.example>', 1], ['mailto:ann@buyer.example.', 1], ['%3Cann@buyer.example', 1], ['{"to":"\\nann@buyer.example"}', 1], ['ann@buyer.example', 1],
  ])('ERA-03 kept mail to others is no trace: %s', async (text, expected) => {
    expect(await hits(Buffer.from(text), { address: 'ann@buyer.example', longerOnesToo: false })).toBe(expected);
  });

  it('ERA-03 finds exactly what a search one by one finds, in chunks of any size', async () => {
    const letter = fc.constantFrom('a', 'b', 'A', '@', '.');
    await fc.assert(fc.asyncProperty(
      fc.array(fc.array(letter, { minLength: 2, maxLength: 6 }).map((letters) => letters.join('')), { minLength: 1, maxLength: 12 }),
      fc.array(letter, { maxLength: 120 }).map((letters) => letters.join('')), fc.integer({ min: 1, max: 50 }),
      async (words, text, size) => {
        const search = new NeedleSearch(words.map((word) => ({ bytes: Buffer.from(word), anyCase: true, isText: true })));
        const { found, bytes } = await search.inChunks(chunksOf(Buffer.from(text), size));
        expect(bytes).toBe(text.length);
        expect([...found].sort()).toEqual(words.flatMap((word, i) => (text.toLowerCase().includes(word.toLowerCase()) ? [i] : [])).sort());
      }));
  });
});
