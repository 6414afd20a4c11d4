import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { leafHash, merkleRoot, type StreamLeaf } from './merkle.js';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const leaf = (i: number): StreamLeaf => ({ stream: `contact-${String(i).padStart(4, '0')}`, version: i + 1, hash: hash(String(i)) });
const node = (left: Buffer, right: Buffer) => createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();

/** The definition by halves, to compare with the tree that grows leaf by leaf. */
function byHalves(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0]!;
  const left = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return node(byHalves(leaves.slice(0, left)), byHalves(leaves.slice(left)));
}

describe('the Merkle root of a checkpoint', () => {
  it('AUD-03 has the shape of RFC 6962 for every number of leaves', () => {
    for (let count = 1; count <= 70; count++) {
      const leaves = Array.from({ length: count }, (_, i) => leaf(i));
      expect(merkleRoot(leaves)).toBe(byHalves(leaves.map(leafHash)).toString('hex'));
    }
  });

  it('AUD-03 changes with any stream, version or hash, with a leaf more or less, and tells leaves from nodes', () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), fc.constantFrom('stream', 'version', 'hash', 'drop'), (count, at, what) => {
      const leaves = Array.from({ length: count }, (_, i) => leaf(i));
      const before = leaves[at % count]!;
      const after = { ...before, ...(what === 'stream' ? { stream: `${before.stream}x` } : what === 'version' ? { version: before.version + 1 } : { hash: hash('other') }) };
      const changed = what === 'drop' ? leaves.filter((one) => one !== before) : leaves.map((one) => (one === before ? after : one));
      return merkleRoot(changed) !== merkleRoot(leaves);
    }));
    const [a, b] = [leaf(0), leaf(1)];
    expect(leafHash(a).equals(node(leafHash(a), leafHash(b)))).toBe(false);
    // The same characters cut elsewhere between id and version are another leaf.
    expect(leafHash({ stream: 'contact-1', version: 23, hash: a.hash }).equals(leafHash({ stream: 'contact-12', version: 3, hash: a.hash }))).toBe(false);
  });

  it('refuses leaves that are unsorted or doubled', () => {
    expect(() => merkleRoot([leaf(1), leaf(0)])).toThrow(RangeError);
    expect(() => merkleRoot([leaf(1), leaf(1)])).toThrow(RangeError);
  });
});
