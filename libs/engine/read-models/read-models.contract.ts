import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { DocWrite, ReadModelStore } from './read-model.port.js';

export interface ReadModelsUnderTest {
  readonly readModels: ReadModelStore;
  close(): Promise<void>;
}

const DEF = { name: 'contacts', version: 1, indexes: ['prospectId', 'state', 'rank'] } as const;

function write(id: string, streamVersion: number, doc: DocWrite['doc'] = { id, at: streamVersion }): DocWrite {
  return { id, streamId: `contact-${id}`, streamVersion, doc };
}

/** What every read-model store promises. */
export function readModelsContract(name: string, open: () => Promise<ReadModelsUnderTest>): void {
  describe(`read models contract: ${name}`, () => {
    let store: ReadModelStore;
    let close: () => Promise<void>;
    beforeEach(async () => {
      const under = await open();
      [store, close] = [under.readModels, () => under.close()];
      await store.declare(DEF);
    });
    afterEach(() => close());

    it('a write that is not newer than the document changes nothing', async () => {
      await store.apply('contacts', [write('a', 2)]);
      await store.apply('contacts', [write('a', 1), write('a', 2, { id: 'a', at: 'again' })]);
      expect(await store.get('contacts', 'a')).toEqual({ id: 'a', at: 2 });
      await store.apply('contacts', [write('a', 3)]);
      expect(await store.getMany('contacts', ['a', 'b'])).toEqual(new Map([['a', { doc: { id: 'a', at: 3 }, streamVersion: 3 }]]));
    });

    it('null leaves a tombstone that refuses what is older', async () => {
      await store.apply('contacts', [write('a', 5, null)]);
      await store.apply('contacts', [write('a', 4)]);
      expect(await store.get('contacts', 'a')).toBeUndefined();
      expect(await store.getMany('contacts', ['a'])).toEqual(new Map([['a', { doc: undefined, streamVersion: 5 }]]));
      expect((await store.find('contacts')).items).toEqual([]);
      await store.apply('contacts', [write('a', 6)]);
      expect(await store.get('contacts', 'a')).toEqual({ id: 'a', at: 6 });
    });

    it('INV-12 permuted and doubled delivery gives the same documents', async () => {
      const history = ['a', 'b', 'c'].flatMap((id) => [1, 2, 3, 4].map((version) => write(id, version, version === 3 || (id === 'c' && version === 4) ? null : { id, state: `s${version}` })));
      const delivery = fc.shuffledSubarray([...history, ...history], { minLength: history.length * 2 });
      let run = 0;
      await fc.assert(fc.asyncProperty(delivery, fc.integer({ min: 1, max: 7 }), async (writes, size) => {
        const collection = `run${(run += 1)}`;
        await store.declare({ ...DEF, name: collection });
        for (let at = 0; at < writes.length; at += size) await store.apply(collection, writes.slice(at, at + size));
        expect((await store.find(collection)).items).toEqual([{ id: 'a', state: 's4' }, { id: 'b', state: 's4' }]);
        expect((await store.getMany(collection, ['c'])).get('c')).toEqual({ doc: undefined, streamVersion: 4 });
      }), { numRuns: 15 });
    });

    it('INV-12 of writes that are under way together the newest stays', async () => {
      const ids = Array.from({ length: 30 }, (_, at) => `d${at}`);
      await Promise.all([3, 1, 5, 2, 4].map((version) => store.apply('contacts', ids.map((id) => write(id, version)))));
      expect((await store.find('contacts')).items).toEqual([...ids].sort().map((id) => ({ id, at: 5 })));
    });

    it('gives documents back as they were, whatever their keys and however empty', async () => {
      const doc = { id: 'a', 'a.b': 1, $set: { $ne: null, 'x.y': [] }, '': '', nothing: {}, list: [null, {}, [1.5, -0.25]], deep: { 2: 'two', 1: 'one' }, text: 'é 𝒳 \u0000', big: 2 ** 52 };
      await store.apply('contacts', [write('a', 1, doc), write('b', 1, { id: 'b', left: undefined })]);
      expect([await store.get('contacts', 'a'), await store.get('contacts', 'b')]).toEqual([doc, { id: 'b' }]);
    });

    it('takes what looks like an operator for a value that nothing has', async () => {
      await store.apply('contacts', [write('a', 1, { id: 'a', state: 'live', rank: 1 })]);
      for (const value of [{ $gt: '' }, { $exists: true }, [{ $gt: '' }]]) {
        const where = { state: value as unknown as string };
        expect([(await store.find('contacts', { where })).items, await store.count('contacts', where)]).toEqual([[], {}]);
      }
    });

    it('filters by equality, any-of, null and range', async () => {
      const docs = [1, 2, 3, 4, 5].map((rank) => ({ id: `d${rank}`, rank, state: rank % 2 === 0 ? 'even' : 'odd', prospectId: rank === 5 ? null : `p${rank}` }));
      await store.apply('contacts', docs.map((doc) => write(doc.id, 1, doc)));
      const ids = async (query: Parameters<ReadModelStore['find']>[1]) => (await store.find<{ id: string }>('contacts', query)).items.map((doc) => doc.id);
      expect(await ids({ where: { state: 'odd' } })).toEqual(['d1', 'd3', 'd5']);
      expect(await ids({ where: { state: 'odd', rank: [1, 2, 5] } })).toEqual(['d1', 'd5']);
      expect(await ids({ where: { prospectId: null } })).toEqual(['d5']);
      expect(await ids({ where: { rank: [] } })).toEqual([]);
      expect(await ids({ range: { field: 'rank', from: 2, to: 4 } })).toEqual(['d2', 'd3']);
      expect(await ids({ orderBy: { field: 'rank', descending: true }, limit: 2 })).toEqual(['d5', 'd4']);
      expect(await store.count('contacts', undefined, 'state')).toEqual({ even: 2, odd: 3 });
      expect(await store.count('contacts', { state: 'odd' })).toEqual({ total: 3 });
      await expect(store.find('contacts', { where: { unknown: 1 } })).rejects.toThrow('declares no index on unknown');
    });

    it.each([true, false])('pages through ties and nulls without a gap or a repeat (descending: %s)', async (descending) => {
      const docs = Array.from({ length: 23 }, (_, at) => ({ id: `d${String(at).padStart(2, '0')}`, rank: at % 5 === 0 ? null : at % 3 }));
      await store.apply('contacts', docs.map((doc) => write(doc.id, 1, doc)));
      for (const orderBy of [{ field: 'rank', descending }, undefined]) {
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await store.find<{ id: string }>('contacts', { limit: 4, ...(orderBy && { orderBy }), ...(cursor !== undefined && { cursor }) });
          seen.push(...page.items.map((doc) => doc.id));
          cursor = page.next;
        } while (cursor !== undefined);
        const all = (await store.find<{ id: string }>('contacts', { limit: 100, ...(orderBy && { orderBy }) })).items.map((doc) => doc.id);
        expect(seen).toEqual(all);
        expect(new Set(seen).size).toBe(23);
      }
    });

    it.each([true, false])('sorts null before numbers before text, on every page and with one cursor for all engines (descending: %s)', async (descending) => {
      const ranks = [null, -3, 2, 10, 'A', 'Z', 'a', 'é'];
      await store.apply('contacts', ranks.map((rank, at) => write(`d${at}`, 1, { id: `d${at}`, rank })));
      const orderBy = { field: 'rank', descending };
      const seen: unknown[] = [];
      for (let cursor: string | undefined = ''; cursor !== undefined;) {
        const page: { items: { rank?: unknown; id?: unknown }[]; next: string | undefined } = await store.find('contacts', { limit: 1, orderBy, ...(cursor !== '' && { cursor }) });
        seen.push(page.items[0]?.rank);
        cursor = page.next;
        if (cursor !== undefined) expect(JSON.parse(Buffer.from(cursor, 'base64url').toString())).toEqual(['rank', descending, page.items[0]!.rank, page.items[0]!.id]);
      }
      expect(seen).toEqual(descending ? [...ranks].reverse() : ranks);
    });

    it('refuses a cursor of another query or of nobody', async () => {
      await store.apply('contacts', ['a', 'b'].map((id) => write(id, 1)));
      const { next } = await store.find('contacts', { limit: 1 });
      for (const cursor of ['no cursor', Buffer.from('["id",false]').toString('base64url')]) await expect(store.find('contacts', { cursor })).rejects.toMatchObject({ code: 'bad-cursor' });
      await expect(store.find('contacts', { cursor: next!, orderBy: { field: 'rank' } })).rejects.toMatchObject({ code: 'bad-cursor' });
    });

    it('ERA-01 what was blanked stays blank, also for documents that only come later and through a rebuild', async () => {
      const early = { id: 'early', prospectId: 'prospect-1', state: 'live' };
      const other = { id: 'other', prospectId: 'prospect-2', state: 'live' };
      await store.apply('contacts', [write('early', 1, early), write('other', 1, other)]);
      expect(await store.blank('contacts', 'prospectId', 'prospect-1')).toBe(1);
      const late = [write('early', 9, early), write('early', 10, { id: 'early' }), write('late', 1, { ...early, id: 'late' })];
      await store.apply('contacts', late);
      const visible = async () => (await store.find<{ id: string }>('contacts')).items.map((doc) => doc.id);
      expect(await visible()).toEqual(['other']);
      expect((await store.getMany('contacts', ['early'])).get('early')?.doc).toBeUndefined();
      expect(await store.count('contacts')).toEqual({ total: 1 });

      expect(await store.declare({ ...DEF, version: 2 })).toEqual({ rebuilt: true });
      await store.apply('contacts', [write('early', 1, early), write('other', 1, other), ...late]);
      expect(await visible()).toEqual(['other']);
    });

    it('a changed version or index set rebuilds the collection and starts its projection again', async () => {
      await store.apply('contacts', [write('a', 1)]);
      await store.saveCheckpoint('declared:projections:contacts', 1);
      await store.saveCheckpoint('contacts', 5);
      await store.saveCheckpoint('projection:contacts', 7);
      await store.saveCheckpoint('projection:others', 8);
      expect(await store.declare(DEF)).toEqual({ rebuilt: false });
      expect([await store.checkpoint('projection:contacts'), await store.get('contacts', 'a')]).toEqual([7, { id: 'a', at: 1 }]);
      expect(await store.declare({ ...DEF, indexes: ['state'] })).toEqual({ rebuilt: true });
      expect([await store.checkpoint('projection:contacts'), await store.checkpoint('projection:others'), await store.get('contacts', 'a')]).toEqual([0, 8, undefined]);
      expect([await store.checkpoint('declared:projections:contacts'), await store.checkpoint('contacts')]).toEqual([0, 5]);
    });
  });
}
