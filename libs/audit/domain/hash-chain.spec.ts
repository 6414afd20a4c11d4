import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { placeEvent } from '#kernel/envelope';
import { verifyStream, type ChainRow } from './hash-chain.js';

/** A stream as the store places it, with sealed bytes inside. */
function stream(length: number, streamId = 'contact-1', position = 1): ChainRow[] {
  let prev = '';
  return Array.from({ length }, (_, i) => {
    const body = JSON.stringify({ eventId: `event-${i}`, type: 'ContactAdded', streamId, data: { recipient: { kid: 'key-1', box: Buffer.from(`sealed ${i}`).toString('base64'), of: 'ContactAdded.recipient' } } });
    const { bytes, hash, version } = placeEvent({ type: 'ContactAdded', body, recordedAt: '2026-11-02T09:00:00.000Z' }, i + 1, prev);
    prev = hash;
    return { position: position + i, streamId, version, type: 'ContactAdded', bytes, hash };
  });
}

const kinds = (rows: readonly ChainRow[]) => verifyStream(rows).map(({ kind }) => kind);

describe('the hash chain of a stream', () => {
  it('AUD-03 INV-27 holds over any untouched stream; it reads no key, so a destroyed one changes nothing', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 30 }), (length) => verifyStream(stream(length)).length === 0));
  });

  it('AUD-03 any flipped bit of the bytes or the hash is an edit', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(), fc.nat(), fc.boolean(), (length, which, where, inHash) => {
      const rows = stream(length);
      const at = which % length;
      const row = rows[at]!;
      const target = inHash ? Buffer.from(row.hash, 'hex') : Buffer.from(row.bytes);
      target[where % target.length]! ^= 1 << (where % 8);
      rows[at] = inHash ? { ...row, hash: target.toString('hex') } : { ...row, bytes: target };
      return kinds(rows).includes('edited');
    }));
  });

  it('AUD-03 names a gap, a reorder, a copy, a swap and a foreign event', () => {
    const [a, b, c] = stream(3) as [ChainRow, ChainRow, ChainRow];
    expect(kinds([a, c])).toEqual(['broken-chain', 'gap']);
    expect(kinds([a, c, b])).toEqual(expect.arrayContaining(['gap', 'reordered']));
    expect(kinds([a, b, b])).toEqual(expect.arrayContaining(['duplicated']));
    expect(kinds([a, { ...b, bytes: c.bytes, hash: c.hash }, { ...c, bytes: b.bytes, hash: b.hash }])).toContain('misplaced');
    const [foreign] = stream(1, 'contact-2') as [ChainRow];
    expect(kinds([{ ...foreign, streamId: 'contact-1' }])).toEqual(['misplaced']);
    expect(kinds([{ ...a, type: 'OptOutRecorded' }])).toEqual(['misplaced']);
    expect(verifyStream([a, c])[0]).toMatchObject({ stream: 'contact-1', version: 3, position: 3, message: expect.stringContaining('Event 3 of contact-1 (position 3)') });
  });

  it('AUD-03 bytes that are no event are an edit, not a crash', () => {
    const [a] = stream(1) as [ChainRow];
    for (const bytes of ['', 'null', '[1]', '{"streamVersion":1', '\u0000']) expect(kinds([{ ...a, bytes: Buffer.from(bytes) }])).toContain('edited');
  });
});
