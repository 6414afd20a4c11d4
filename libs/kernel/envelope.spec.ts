import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { GENESIS, hashEvent, placeEvent, readEnvelope } from './envelope.js';

const body = (data: unknown): string => JSON.stringify({ eventId: 'e-1', type: 'SourceAdded', data });

describe('envelope', () => {
  it('INV-03 the hash is SHA-256 over exactly the stored bytes, and one changed byte changes it', () => {
    const { bytes, hash } = placeEvent({ type: 'SourceAdded', body: body({ text: 'Jõhvi' }), recordedAt: '' }, 1, GENESIS);
    expect(hash).toBe(createHash('sha256').update(bytes).digest('hex'));
    const changed = Buffer.from(bytes);
    changed[changed.length - 3]! ^= 1;
    expect(hashEvent(changed)).not.toBe(hash);
  });

  it('a placed event carries its version and the previous hash, and reads back whole', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 1e6 }), fc.stringMatching(/^[0-9a-f]{64}$/), (data, version, prevHash) => {
      const placed = placeEvent({ type: 'SourceAdded', body: body(data), recordedAt: '' }, version, prevHash);
      expect(placed.version).toBe(version);
      expect(readEnvelope(placed.bytes)).toEqual({ streamVersion: version, prevHash, eventId: 'e-1', type: 'SourceAdded', data: JSON.parse(JSON.stringify(data)) });
    }), { numRuns: 50 });
  });

  it('the same event at another place has other bytes', () => {
    const event = { type: 'SourceAdded', body: body({}), recordedAt: '' };
    const first = placeEvent(event, 1, GENESIS);
    const hashes = [first, placeEvent(event, 2, GENESIS), placeEvent(event, 1, first.hash)].map(({ hash }) => hash);
    expect(new Set(hashes).size).toBe(3);
  });

  it('reads bytes that are a slice of a larger buffer', () => {
    const { bytes } = placeEvent({ type: 'SourceAdded', body: body('é'), recordedAt: '' }, 1, GENESIS);
    const larger = Buffer.concat([Buffer.from('before'), bytes, Buffer.from('after')]);
    expect(readEnvelope(new Uint8Array(larger.buffer, larger.byteOffset + 6, bytes.length)).data).toBe('é');
  });
});
