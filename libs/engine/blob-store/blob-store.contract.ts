import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { BlobStore } from './blob-store.port.js';

export interface BlobStoreUnderTest {
  /** As many as wanted on the same bytes. */
  open(): Promise<BlobStore>;
  close(): Promise<void>;
}

/** What every store of small byte strings promises. */
export function blobStoreContract(name: string, begin: () => Promise<BlobStoreUnderTest>): void {
  describe(`blob store contract: ${name}`, () => {
    let under: BlobStoreUnderTest;
    let store: BlobStore;
    beforeEach(async () => {
      under = await begin();
      store = await under.open();
    });
    afterEach(() => under.close());

    it('gives back byte by byte what was written last, also to another', async () => {
      const large = randomBytes(1 << 20);
      expect(await store.read('alarm.json')).toBeUndefined();
      for (const content of [Buffer.from('first'), Buffer.alloc(0), large]) {
        await store.write('alarm.json', content);
        expect((await (await under.open()).read('alarm.json'))?.equals(content)).toBe(true);
      }
    });

    it('removes what is there, and minds nothing that is not', async () => {
      await store.write('answers/one', Buffer.from('x'));
      await store.remove('answers/one');
      await store.remove('answers/one');
      expect(await (await under.open()).read('answers/one')).toBeUndefined();
    });

    it('prunes one folder, and there only what is older', async () => {
      for (const each of ['alarm.json', 'answers/one', 'answers/two', 'others/one']) await store.write(each, Buffer.from('x'));
      await store.prune('answers', new Date(Date.now() - 3_600_000));
      expect(await store.read('answers/one')).toBeDefined();
      await store.prune('answers', new Date(Date.now() + 1_000));
      await store.prune('never', new Date(Date.now() + 1_000));
      expect(await Promise.all(['alarm.json', 'answers/one', 'answers/two', 'others/one'].map(async (each) => (await store.read(each)) !== undefined))).toEqual([true, false, false, true]);
    });

    it.each(['', '.', '..', '../x', 'a/../b', 'a/b/c', '/x', 'A', 'a\0b', 'answers/.hidden'])('refuses the name %p', async (wrong) => {
      await expect(store.write(wrong, Buffer.alloc(1))).rejects.toThrow(TypeError);
      await expect(store.read(wrong)).rejects.toThrow(TypeError);
    });
  });
}
