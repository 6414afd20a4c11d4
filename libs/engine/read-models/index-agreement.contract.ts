import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { DocWrite, ReadModelStore } from './read-model.port.js';
import type { ReadModelsUnderTest } from './read-models.contract.js';

const INDEXES = ['prospectId', 'state', 'rank', 'open'] as const;
type Index = (typeof INDEXES)[number];
type Plain = Record<string, string | number | boolean | null>;

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
/** A document belongs to one person for ever; two documents share each. */
const prospectOf = (id: string) => `prospect-${'abc'[IDS.indexOf(id as 'a') % 3]!}`;

type Step = { readonly writes: readonly DocWrite[] } | { readonly blank: string };

const content = fc.record({
  state: fc.constantFrom('new', 'live', 'closed', null),
  rank: fc.constantFrom(0, 1, 2, -3, null),
  open: fc.boolean(),
  note: fc.constantFrom('x', 'y'),
}, { requiredKeys: [] });
const write: fc.Arbitrary<DocWrite> = fc.tuple(fc.constantFrom(...IDS), fc.integer({ min: 1, max: 12 }), fc.option(content, { freq: 6 }))
  .map(([id, streamVersion, fields]) => ({ id, streamId: `contact-${id}`, streamVersion, doc: fields === null ? null : { id, prospectId: prospectOf(id), ...fields } }));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.array(write, { minLength: 1, maxLength: 12 }).map((writes) => ({ writes })) },
  { weight: 1, arbitrary: fc.constantFrom('a', 'b', 'c').map((letter) => ({ blank: `prospect-${letter}` })) },
);

/** What the store promises, in the plainest way. */
class Model {
  private readonly rows = new Map<string, { version: number; doc: Plain | null }>();
  private readonly gone = new Set<string>();

  take(step: Step): void {
    if ('blank' in step) {
      this.gone.add(step.blank);
      return;
    }
    for (const { id, streamVersion, doc } of step.writes) {
      if (streamVersion > (this.rows.get(id)?.version ?? 0)) this.rows.set(id, { version: streamVersion, doc: doc as Plain | null });
    }
  }

  get docs(): Plain[] {
    return [...this.rows].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([id, { doc }]) => (doc === null || this.gone.has(prospectOf(id)) ? [] : [doc]));
  }
}

const indexed = (doc: Plain, field: Index): string | number | null => {
  const value = doc[field] ?? null;
  return typeof value === 'boolean' ? Number(value) : value;
};
/** Null before everything; values of one index are of one kind. */
const byIndex = (field: Index) => (one: Plain, other: Plain) => {
  const [a, b] = [indexed(one, field), indexed(other, field)];
  if (a === b) return one.id! < other.id! ? -1 : 1;
  return a === null || (b !== null && a < b) ? -1 : 1;
};

async function expectAgreement(store: ReadModelStore, collection: string, docs: readonly Plain[]): Promise<void> {
  const ids = async (query: Parameters<ReadModelStore['find']>[1]) => (await store.find<Plain>(collection, query)).items.map(({ id }) => id);
  expect((await store.find(collection)).items).toEqual(docs);
  for (const field of INDEXES) {
    const counts: Record<string, number> = {};
    for (const doc of docs) counts[String(indexed(doc, field))] = (counts[String(indexed(doc, field))] ?? 0) + 1;
    expect([field, await store.count(collection, undefined, field)]).toEqual([field, counts]);
    for (const value of new Set([...docs.map((doc) => indexed(doc, field)), null, 'never', 'closed', 0, 1])) {
      const wanted = docs.filter((doc) => indexed(doc, field) === value).map(({ id }) => id);
      expect([field, value, await ids({ where: { [field]: value } })]).toEqual([field, value, wanted]);
      expect((await store.count(collection, { [field]: value })).total ?? 0).toBe(wanted.length);
    }
    const inOrder = [...docs].sort(byIndex(field)).map(({ id }) => id);
    expect([field, await ids({ orderBy: { field } })]).toEqual([field, inOrder]);
    expect([field, await ids({ orderBy: { field, descending: true } })]).toEqual([field, inOrder.reverse()]);
  }
  expect(await ids({ range: { field: 'rank', from: 0, to: 2 } })).toEqual(docs.filter(({ rank }) => typeof rank === 'number' && rank >= 0 && rank < 2).map(({ id }) => id));
}

/** Whatever is written, in whatever order: every index of every read-model store says what its documents say. Each step asks about a hundred questions. */
export function indexAgreementContract(name: string, open: () => Promise<ReadModelsUnderTest>, numRuns = 40): void {
  describe(`indexes of read models: ${name}`, () => {
    let under: ReadModelsUnderTest;
    beforeEach(async () => (under = await open()));
    afterEach(() => under.close());

    it('INV-12 ERA-01 agree with the documents after any writes, older ones, tombstones and blanks included', async () => {
      let run = 0;
      await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
        const collection = `run${(run += 1)}`;
        const model = new Model();
        await under.readModels.declare({ name: collection, version: 1, indexes: INDEXES });
        for (const one of steps) {
          if ('blank' in one) await under.readModels.blank(collection, 'prospectId', one.blank);
          else await under.readModels.apply(collection, one.writes);
          model.take(one);
          await expectAgreement(under.readModels, collection, model.docs);
        }
      }), { numRuns });
    });
  });
}
