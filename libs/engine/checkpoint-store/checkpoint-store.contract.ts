import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { CheckpointStore } from './checkpoint-store.port.js';

export interface CheckpointStoreUnderTest {
  /** As many as wanted on the same checkpoints. */
  open(): CheckpointStore;
  close(): Promise<void>;
}

/** What every store of checkpoints promises. */
export function checkpointStoreContract(name: string, begin: () => Promise<CheckpointStoreUnderTest>): void {
  describe(`checkpoint store contract: ${name}`, () => {
    let under: CheckpointStoreUnderTest;
    let store: CheckpointStore;
    beforeEach(async () => {
      under = await begin();
      store = under.open();
    });
    afterEach(() => under.close());

    const leavesOf = async (n: number): Promise<Buffer> => {
      const pieces: Buffer[] = [];
      for await (const piece of store.leaves(n)) pieces.push(piece);
      return Buffer.concat(pieces);
    };

    it('keeps what was noted beside a checkpoint, and nothing where nobody noted anything', async () => {
      await store.add(1, Buffer.from('first'), undefined, Buffer.from('read as far as 7'));
      await store.add(2, Buffer.from('second'), undefined);
      expect([(await under.open().place(1))?.toString(), await under.open().place(2), await store.place(3)]).toEqual(['read as far as 7', undefined, undefined]);
    });

    it('knows nothing of what was never added', async () => {
      expect([await store.numbers(), await store.header(1), await store.hasLeaves(1), await leavesOf(1)]).toEqual([[], undefined, false, Buffer.alloc(0)]);
    });

    it('gives back byte by byte what was added, in the order of the numbers', async () => {
      const large = randomBytes(2_500_000);
      for (const [n, leaves] of [[10, large], [1_000_000, Buffer.from('b')], [9, undefined]] as const) {
        expect(await store.add(n, Buffer.from(`header ${n}\n`), leaves)).toBe(true);
      }
      const again = under.open();
      expect(await again.numbers()).toEqual([9, 10, 1_000_000]);
      expect((await again.header(10))?.toString()).toBe('header 10\n');
      expect((await leavesOf(10)).equals(large)).toBe(true);
      expect([await again.hasLeaves(9), await again.hasLeaves(10), await again.hasLeaves(1)]).toEqual([false, true, false]);
    });

    it('a number is added once, and whoever comes second changes nothing', async () => {
      await store.add(1, Buffer.from('first'), Buffer.from('leaves'));
      expect(await under.open().add(1, Buffer.from('second'), Buffer.from('others'))).toBe(false);
      expect([(await store.header(1))?.toString(), (await leavesOf(1)).toString()]).toEqual(['first', 'leaves']);
    });

    it('of many at once one adds, header and leaves', async () => {
      for (let n = 1; n <= 5; n += 1) {
        const added = await Promise.all(Array.from({ length: 6 }, (_, i) => under.open().add(n, Buffer.from(`header ${i}`), Buffer.from(`leaves ${i}`))));
        expect(added.filter(Boolean)).toHaveLength(1);
        const winner = added.indexOf(true);
        expect([(await store.header(n))?.toString(), (await leavesOf(n)).toString()]).toEqual([`header ${winner}`, `leaves ${winner}`]);
      }
    });
  });
}
