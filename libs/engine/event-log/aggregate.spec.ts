import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Decider, DomainEvent } from '#kernel/decider';
import { NotFound, RefusedByRule } from '#kernel/errors';
import { testEngine, type TestEngine } from '#test/support/engine';
import { removeTempFolders } from '#test/support/temp-folder';
import { Aggregate } from './aggregate.js';
import { newCampaign, newProspect, paused, resumed, sourceAdded } from './log.fixture.js';

interface Switch { on: boolean; flips: number }
type Command = 'flip' | 'pause' | 'refuse' | 'personal';

const decider = (foldVersion = 'switch/1'): Decider<Switch, { do: Command; id: string }, DomainEvent> => ({
  foldVersion,
  initialState: () => ({ on: true, flips: 0 }),
  evolve: (state, event) => ({ on: event.type === 'CampaignPaused' ? false : event.type === 'CampaignResumed' ? true : state.on, flips: state.flips + 1 }),
  decide(command, { on }) {
    if (command.do === 'refuse') throw new RefusedByRule('No.', { code: 'no' });
    if (command.do === 'personal') return [sourceAdded(command.id)];
    if (command.do === 'pause') return on ? [paused(command.id)] : [];
    return [on ? paused(command.id) : resumed(command.id)];
  },
});

let world: TestEngine;
beforeEach(async () => { world = await testEngine(); });
afterEach(() => world.engine.close());
afterAll(removeTempFolders);

const flip = async (aggregate: Aggregate<Switch, { do: Command; id: string }, DomainEvent>, id: string, times: number) => {
  for (let n = 0; n < times; n++) await aggregate.execute(id, { do: 'flip', id }, { meta: world.meta });
};

describe('aggregate', () => {
  it('H10 answers that nothing is to do only when what that rests on would survive a power cut', async () => {
    const [aggregate, id] = [new Aggregate(world.log, decider()), newCampaign()];
    await aggregate.execute(id, { do: 'pause', id }, { meta: world.meta });
    const order: string[] = [];
    const { store } = world.log;
    const slow = new Aggregate(Object.assign(Object.create(world.log) as typeof world.log, { store: Object.assign(Object.create(store) as typeof store, {
      durable: async () => {
        await store.durable();
        order.push('durable');
      },
    }) }), decider());
    await slow.execute(id, { do: 'pause', id }, { meta: world.meta });
    order.push('answered');
    expect(order).toEqual(['durable', 'answered']);
  });

  it('loads, decides and appends; no events means nothing is written; a refusal writes nothing', async () => {
    const [aggregate, id] = [new Aggregate(world.log, decider()), newCampaign()];
    expect((await aggregate.execute(id, { do: 'pause', id }, { meta: world.meta })).result).toMatchObject({ status: 'appended', version: 1 });
    expect(await aggregate.execute(id, { do: 'pause', id }, { meta: world.meta })).toMatchObject({ events: [], result: undefined });
    await expect(aggregate.execute(id, { do: 'refuse', id }, { meta: world.meta })).rejects.toMatchObject({ code: 'no' });
    expect(await aggregate.load(id)).toEqual({ state: { on: false, flips: 1 }, version: 1, snapshotVersion: 0 });
  });

  it('INV-03 the state over a snapshot is the state over the whole history, also in a new process', async () => {
    const [aggregate, id] = [new Aggregate(world.log, decider()), newCampaign()];
    await flip(aggregate, id, 40);
    const loaded = await aggregate.load(id);
    expect(loaded.snapshotVersion).toBeGreaterThan(0);
    expect(loaded).toMatchObject({ version: 40, state: { on: true, flips: 40 } });
    expect(await new Aggregate(world.log, decider('switch/other')).load(id)).toMatchObject({ state: loaded.state, version: 40, snapshotVersion: 0 });
    await world.engine.close();
    const again = await testEngine(world.folder);
    expect(await new Aggregate(again.log, decider()).load(id)).toEqual(loaded);
    await again.engine.close();
  });

  it('a snapshot of another fold number is not used', async () => {
    const id = newCampaign();
    await flip(new Aggregate(world.log, decider('switch/1')), id, 20);
    const newer = { ...decider('switch/2'), evolve: (state: Switch) => ({ ...state, flips: state.flips + 10 }) };
    expect((await new Aggregate(world.log, newer).load(id)).state.flips).toBe(200);
  });

  it('INV-07 a snapshot, which is unsealed, is never made from events with personal fields', async () => {
    const [aggregate, id] = [new Aggregate(world.log, decider()), newProspect()];
    const loaded = { state: { on: true, flips: 100 }, version: 100, snapshotVersion: 0 };
    expect(aggregate.request(id, loaded, [sourceAdded(id)], { meta: world.meta })).not.toHaveProperty('snapshot');
    expect(aggregate.request(id, loaded, [paused(id)], { meta: world.meta })).toHaveProperty('snapshot.fold', 'switch/1');
    expect(loaded.state).toEqual({ on: true, flips: 100 });
  });

  it('writers at the same time lose nothing: the slower one loads and decides again', async () => {
    const [aggregate, id] = [new Aggregate(world.log, decider()), newCampaign()];
    await Promise.all(Array.from({ length: 6 }, () => flip(aggregate, id, 1)));
    const events = await world.log.load(id);
    expect(events).toHaveLength(6);
    expect(events.map(({ type }) => type)).toEqual(events.map((_, n) => (n % 2 === 0 ? 'CampaignPaused' : 'CampaignResumed')));
  });

  it('gives up after twelve lost races, as a conflict that may be tried again', async () => {
    const id = newCampaign();
    let races = 0;
    const rival: typeof world.log.append = async () => ({ status: 'conflict', version: ++races });
    const losing = new Proxy(world.log, { get: (log, name) => (name === 'append' ? rival : Reflect.get(log, name, log)) });
    await expect(new Aggregate(losing, decider()).execute(id, { do: 'flip', id }, { meta: world.meta })).rejects.toMatchObject({ code: 'concurrency-conflict', retriable: true });
    expect(races).toBe(12);
  });

  it('an empty stream can be an error', async () => {
    const [aggregate, id] = [new Aggregate(world.log, decider()), newCampaign()];
    const missing = () => new NotFound('No such campaign.', { code: 'campaign-unknown' });
    await expect(aggregate.require(id, missing)).rejects.toMatchObject({ code: 'campaign-unknown', status: 404 });
    await flip(aggregate, id, 1);
    expect((await aggregate.require(id, missing)).version).toBe(1);
  });
});
