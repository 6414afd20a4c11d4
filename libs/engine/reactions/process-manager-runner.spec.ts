import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MovableClock } from '#engine/clock/movable.clock';
import { OutrightError } from '#kernel/errors';
import { testEngine, type TestEngine } from '#test/support/engine';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { ProcessManagerRunner, type AnyProcessManager } from './process-manager-runner.js';
import { append, lifted, newContact, restricted, supervisor } from './reactions.fixture.js';

let world: TestEngine;
let runner: ProcessManagerRunner | undefined;
beforeEach(async () => { world = await testEngine(); });
afterEach(async () => {
  await runner?.stop();
  await world.engine.close();
});
afterAll(removeTempFolders);

type Execute = (command: unknown) => Promise<unknown>;

async function start(execute: Execute, managers: readonly AnyProcessManager[] = [supervisor()]): Promise<ProcessManagerRunner> {
  runner = new ProcessManagerRunner(world.engine.feed, world.engine.readModels, world.clock, managers, execute);
  await runner.start();
  return runner;
}

/** A command as they must be: issued again before its fact is folded, it does nothing. */
const telling = (told: string[]): Execute => async (command) => {
  const { tell } = command as { tell: string };
  if (told.includes(tell)) return;
  told.push(tell);
  await append(world, tell, [lifted(tell)]);
};

describe('process manager runner', () => {
  it('INV-03 settled history triggers nothing: it acts only when it has caught up with the head seen at its start', async () => {
    for (let n = 0; n < 30; n++) {
      const id = newContact();
      await append(world, id, [restricted(id), lifted(id)]);
    }
    const open = newContact();
    await append(world, open, [restricted(open)]);
    const told: string[] = [];
    await start(telling(told));
    expect(told).toEqual([open]);
  });

  it('INV-03 H5 where an outage keeps it from catching up it issues nothing, whoever asks, and can be started again', async () => {
    const open = newContact();
    await append(world, open, [restricted(open)]);
    const { feed } = world.engine;
    let away = true;
    const late: typeof feed = Object.create(feed, {
      subscribe: {
        value: async (...asked: Parameters<typeof feed.subscribe>) => {
          const subscription = await feed.subscribe(...asked);
          return { stop: () => subscription.stop(), caughtUp: () => (away ? Promise.reject(new OutrightError('Away.', { code: 'kafka-unreachable', status: 503, retriable: true })) : subscription.caughtUp()) };
        },
      },
    });
    const told: string[] = [];
    runner = new ProcessManagerRunner(late, world.engine.readModels, world.clock, [supervisor()], telling(told));
    await expect(runner.start()).rejects.toMatchObject({ code: 'kafka-unreachable' });
    await feed.published();
    await waitFor('the debt', async () => (await world.engine.readModels.find('supervisor', { where: { owed: 1 } })).items.length === 1);
    await runner.act();
    expect(told).toEqual([]);
    away = false;
    await runner.start();
    expect(told).toEqual([open]);
  });

  it('what is owed is done once, news later at once, and a settled runner is quiet', async () => {
    const told: string[] = [];
    const running = await start(telling(told));
    const ids = [newContact(), newContact()];
    for (const id of ids) await append(world, id, [restricted(id)]);
    await running.settle();
    expect([...told].sort()).toEqual([...ids].sort());
    const head = await world.engine.feed.head();
    await running.settle();
    expect(await world.engine.feed.head()).toBe(head);
  });

  it('more debts than one page are all paid', async () => {
    const ids = Array.from({ length: 230 }, newContact);
    await world.log.appendMany(ids.map((id) => ({ streamId: id, expected: 0, events: [restricted(id)], meta: world.meta })));
    const told: string[] = [];
    await start(telling(told));
    await runner!.settle();
    expect(new Set(told)).toEqual(new Set(ids));
  });

  it('waits until it is time', async () => {
    const told: string[] = [];
    const running = await start(telling(told), [supervisor(3_600_000)]);
    const id = newContact();
    await append(world, id, [restricted(id)]);
    await running.settle();
    expect(told).toEqual([]);
    world.clock.advance(3_600_001);
    await running.settle();
    expect(told).toEqual([id]);
  });

  it('H8 a command that fails is tried again until it works, and is listed meanwhile', async () => {
    const told: string[] = [];
    let failures = 2;
    const running = await start(async (command) => {
      if (failures-- > 0) throw new Error('planted');
      return telling(told)(command);
    });
    const id = newContact();
    await append(world, id, [restricted(id)]);
    await waitFor('the third try', async () => { await running.act(); return told.length === 1; });
    expect(running.failures.map(({ processManager, attempts }) => `${processManager} ${attempts}`)).toEqual(['supervisor 1', 'supervisor 2']);
  });

  it('H5 a failure stands as long as its command fails and is owed, no longer', async () => {
    let broken = true;
    const told: string[] = [];
    const running = await start(async (command) => {
      if (broken) throw new OutrightError('Away.', { code: 'mongo-unreachable', status: 503, retriable: true });
      return telling(told)(command);
    });
    const [mended, settled] = [newContact(), newContact()];
    for (const id of [mended, settled]) await append(world, id, [restricted(id)]);
    await waitFor('two failures', async () => { await running.act(); return running.standing().length === 2; });
    expect(await running.owedSince('supervisor')).toEqual(expect.any(Date));
    await append(world, settled, [lifted(settled)]);
    await running.settle();
    await running.act();
    expect(running.standing()).toHaveLength(1);
    broken = false;
    await waitFor('the end of it', async () => { await running.act(); return running.standing().length === 0; });
    await running.settle();
    expect([told, await running.owedSince('supervisor')]).toEqual([[mended], undefined]);
  });

  it('H8 one debt or one manager that cannot be worked stops no other', async () => {
    const [poisoned, fine] = [newContact(), newContact()];
    for (const id of [poisoned, fine]) await append(world, id, [restricted(id)]);
    const told: string[] = [];
    const broken: AnyProcessManager = { ...supervisor(), name: 'broken', due: () => { throw new Error('planted'); } };
    const running = await start(async (command) => {
      if ((command as { tell: string }).tell === poisoned) throw new Error('planted');
      return telling(told)(command);
    }, [broken, supervisor()]);
    expect(told).toEqual([fine]);
    expect(new Set(running.failures.map(({ processManager }) => processManager))).toEqual(new Set(['broken', 'supervisor']));
    const later = newContact();
    await append(world, later, [restricted(later)]);
    await running.settle();
    expect(told).toEqual([fine, later]);
  });

  it('H1 INV-12 a crash between the command and anything else loses no reaction: the reopened engine pays the debt', async () => {
    const id = newContact();
    await start(async () => { throw new Error('killed before it acted'); });
    await append(world, id, [restricted(id)]);
    await runner!.act();
    await runner!.stop();
    await world.engine.close();
    world = await testEngine(world.folder, world.clock as MovableClock);
    const told: string[] = [];
    await start(telling(told));
    expect(told).toEqual([id]);
    await runner!.stop();
    await world.engine.close();
    world = await testEngine(world.folder, world.clock as MovableClock);
    await start(telling(told));
    expect(told).toEqual([id]);
  });

  it('H1 events that came while nothing ran are reacted to at the next start', async () => {
    const told: string[] = [];
    await start(telling(told));
    await runner!.stop();
    const id = newContact();
    await append(world, id, [restricted(id)]);
    expect(told).toEqual([]);
    await start(telling(told));
    expect(told).toEqual([id]);
  });

  it('after stop nothing is done any more', async () => {
    const told: string[] = [];
    const running = await start(telling(told));
    await running.stop();
    const id = newContact();
    await append(world, id, [restricted(id)]);
    expect(told).toEqual([]);
  });
});
