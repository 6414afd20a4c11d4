import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DomainEvent } from '#kernel/decider';
import type { RecordedEvent } from '#kernel/recorded-event';
import { decodeEvent } from '#engine/event-log/event-codec';
import { EmbeddedReadModels } from '#engine/read-models/embedded.read-models';
import { testEngine, type TestEngine } from '#test/support/engine';
import { removeTempFolders } from '#test/support/temp-folder';
import { ProjectionRunner, projectBatch } from './projection-runner.js';
import { append, lifted, newContact, restricted, restrictions } from './reactions.fixture.js';

let world: TestEngine;
beforeEach(async () => { world = await testEngine(); });
afterEach(() => world.engine.close());
afterAll(removeTempFolders);

const runner = (projections = [restrictions()], in_ = world) => new ProjectionRunner(in_.engine.feed, in_.engine.readModels, projections as never);
const docs = async (in_ = world) => (await in_.engine.readModels.find<{ contactId: string }>('restrictions', { orderBy: { field: 'contactId' } })).items;

async function run(projector: ProjectionRunner): Promise<void> {
  await projector.start();
  await projector.caughtUp();
}

describe('projection runner', () => {
  it('folds several events of one document in one batch, with removal and return', async () => {
    const [kept, removed, back] = [newContact(), newContact(), newContact()];
    await append(world, kept, [restricted(kept, 'a'), lifted(kept), restricted(kept, 'b')]);
    await append(world, removed, [restricted(removed), lifted(removed), lifted(removed)]);
    await append(world, back, [restricted(back), lifted(back), lifted(back), restricted(back, 'again')]);
    const projector = runner();
    await run(projector);
    const get = (id: string) => world.engine.readModels.get('restrictions', id);
    expect(await get(kept)).toEqual({ contactId: kept, now: 1, times: 2, grounds: ['a', 'b'] });
    expect(await get(removed)).toBeUndefined();
    expect(await get(back)).toEqual({ contactId: back, now: 1, times: 1, grounds: ['again'] });
    await append(world, kept, [lifted(kept)]);
    await projector.caughtUp();
    expect(await get(kept)).toMatchObject({ now: 0, times: 2 });
    await projector.stop();
  });

  it('INV-12 INV-03 batches cut anywhere, contacts interleaved and batches redelivered give equal documents', async () => {
    const contacts = Array.from({ length: 4 }, newContact);
    const kinds: ((id: string) => DomainEvent)[] = [(id) => restricted(id, 'a'), (id) => restricted(id, 'b'), lifted];
    for (let n = 0; n < 36; n++) {
      const id = contacts[(n * 7) % 4]!;
      await append(world, id, [kinds[(n * 5 + (n >> 2)) % 3]!(id)]);
    }
    const events = (await world.engine.feed.read(0, 1000)).map(decodeEvent);
    const folded = async (batches: (typeof events)[]) => {
      const models = new EmbeddedReadModels(':memory:');
      await models.declare(restrictions());
      for (const batch of batches) await projectBatch(restrictions() as never, batch, models);
      const { items } = await models.find<{ contactId: string }>('restrictions', { orderBy: { field: 'contactId' } });
      await models.close();
      return items;
    };
    const expected = await folded([events]);
    expect(expected.length).toBeGreaterThan(1);
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(35), { maxLength: 6 }), fc.array(fc.nat(3), { minLength: 36, maxLength: 36 }), fc.boolean(), async (cuts, order, twice) => {
      // Any interleaving that keeps each stream's own order.
      const queues = contacts.map((id) => events.filter(({ streamId }) => streamId === id));
      const mixed = order.flatMap((start) => {
        const queue = [0, 1, 2, 3].map((step) => queues[(start + step) % 4]!).find(({ length }) => length > 0);
        return queue === undefined ? [] : [queue.shift()!];
      });
      const edges = [0, ...[...new Set(cuts)].sort((a, b) => a - b), mixed.length];
      const batches = edges.slice(1).map((end, n) => mixed.slice(edges[n], end));
      // After a crash the batch before comes again, alone or with news behind it; in the end everything comes once more.
      const again = batches.flatMap((batch, n) => [batch, [...batch, ...(batches[n + 1] ?? [])]]);
      expect(await folded(twice ? [...again, mixed] : batches)).toEqual(expected);
    }), { numRuns: 25 });
  });

  it('INV-03 a raised version rebuilds from the whole log; a new collection is filled from its beginning too', async () => {
    const contacts = Array.from({ length: 3 }, newContact);
    for (const id of contacts) await append(world, id, [restricted(id)]);
    const first = runner();
    await run(first);
    await first.stop();
    const before = await docs();
    const raised = { ...restrictions(2), handlers: { RestrictionSet: restrictions().handlers['RestrictionSet']! } };
    const beside = { ...restrictions(), name: 'beside' };
    const second = runner([raised, beside]);
    await run(second);
    expect(await docs()).toEqual(before);
    expect(await world.engine.readModels.count('beside')).toEqual(await world.engine.readModels.count('restrictions'));
    await second.stop();
  });

  it('a consumer that is reopened goes on where it was and folds nothing twice', async () => {
    const id = newContact();
    await append(world, id, [restricted(id), restricted(id)]);
    const first = runner();
    await run(first);
    await world.engine.close();
    const again = await testEngine(world.folder);
    let seen = 0;
    const counting = { ...restrictions(), handlers: { ...restrictions().handlers, RestrictionSet: (event: RecordedEvent) => { seen++; return restrictions().handlers['RestrictionSet']!(event); } } };
    await append(again, id, [restricted(id, 'third')]);
    const second = runner([counting], again);
    await run(second);
    expect(seen).toBe(1);
    expect(await docs(again)).toMatchObject([{ times: 3, grounds: ['dispute', 'dispute', 'third'] }]);
    await again.engine.close();
  });

  it('INV-12 a rebuild whose process dies before it reads the log again is taken up by the next one', async () => {
    const id = newContact();
    await append(world, id, [restricted(id)]);
    const first = runner();
    await run(first);
    await first.stop();
    const { name, version, indexes } = restrictions(2);
    expect(await world.engine.readModels.declare({ name, version, indexes })).toEqual({ rebuilt: true });
    const second = runner([restrictions(2)]);
    await run(second);
    expect((await docs()).map(({ contactId }) => contactId)).toEqual([id]);
    await second.stop();
  });

  it('ERA-01 INV-05 a blanked document stays blank, also when its projection is rebuilt from the log', async () => {
    const [gone, other] = [newContact(), newContact()];
    for (const id of [gone, other]) await append(world, id, [restricted(id)]);
    const first = runner();
    await run(first);
    await world.engine.readModels.blank('restrictions', 'contactId', gone);
    await append(world, gone, [restricted(gone, 'late')]);
    await first.caughtUp();
    expect((await docs()).map(({ contactId }) => contactId)).toEqual([other]);
    await first.stop();
    const rebuilt = runner([restrictions(2)]);
    await run(rebuilt);
    expect((await docs()).map(({ contactId }) => contactId)).toEqual([other]);
    await rebuilt.stop();
  });

  it('H8 a contact whose event cannot be folded stands still in every read model, and the others go on', async () => {
    const [poisoned, fine] = [newContact(), newContact()];
    for (const id of [poisoned, fine]) await append(world, id, [restricted(id)]);
    const projector = runner([{
      ...restrictions(), handlers: { RestrictionSet: (event) => {
        if (event.streamId === poisoned) throw new Error('planted');
        return restrictions().handlers['RestrictionSet']!(event);
      } },
    }]);
    await run(projector);
    await append(world, poisoned, [lifted(poisoned)]);
    await append(world, fine, [restricted(fine, 'again')]);
    await projector.caughtUp();
    expect(await docs()).toMatchObject([{ contactId: fine, times: 2 }]);
    expect(await world.engine.deadLetters.open()).toMatchObject([{ consumer: 'projections', streamId: poisoned, version: 1, through: 2, code: 'Error' }]);
    await projector.stop();
  });
});
