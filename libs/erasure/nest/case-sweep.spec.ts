import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { erasureWorld, type ErasureWorld } from '#test/support/erasures';
import { removeTempFolders } from '#test/support/temp-folder';
import { CaseSweep } from './case-sweep.service.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let world: ErasureWorld;
let cases: CaseSweep;
beforeEach(async () => {
  world = await erasureWorld();
  cases = new CaseSweep(world.cases, { execute: world.execute });
});
afterEach(() => world.close());
afterAll(removeTempFolders);

const typesOf = async (caseId: string) => (await world.log.load(caseId)).map(({ type }) => type);
const onSweep = async () => (await world.engine.store.due(new Date('2040-01-01T00:00:00.000Z'), 10, 'case')).map(({ streamId }) => streamId);
async function leave(): Promise<string> {
  const person = await world.addPerson(['gone@buyer.example']);
  await world.optOut('gone@buyer.example');
  await world.sweep.run();
  return (await world.caseOf(person.prospectId))!;
}

describe('case sweep', () => {
  it('INV-05 CL-02 takes a case to its proof where no process manager ever hears of it', async () => {
    const caseId = await leave();
    await cases.run();
    expect(await typesOf(caseId)).toEqual(['ErasureRequested']);
    for (let minute = 0; minute < 5; minute += 1) {
      world.clock.advance(MINUTE + 1);
      await cases.run();
    }
    expect((await typesOf(caseId)).at(-1)).toBe('ErasureCompleted');
    expect(await onSweep()).toEqual([]);
  });

  it('INV-05 lets the clock of a case speak while its steps fail, says that they do, and stays on it', async () => {
    const caseId = await leave();
    const { remove } = world.engine.registry;
    world.engine.registry.remove = () => Promise.reject(new Error('planted'));
    for (const hours of [24, 24, 12, 12]) {
      world.clock.advance(hours * HOUR);
      await expect(cases.run()).rejects.toMatchObject({ code: 'erasure-sweep-failed' });
    }
    const told = await typesOf(caseId);
    expect([told.filter((type) => type === 'ErasureWarned').length, told.includes('ErasureOverdue'), await onSweep()]).toEqual([3, true, [caseId]]);
    world.engine.registry.remove = remove;
    world.clock.advance(2 * MINUTE);
    await cases.run();
    expect((await typesOf(caseId)).at(-1)).toBe('ErasureCompleted');
  });

  it('ERA-03 waits after a trace was found, as long as the process manager would', async () => {
    const caseId = await leave();
    await world.work.advance(caseId);
    await world.cases.execute({ type: 'RecordHits', caseId, hits: 1, places: ['read-model'] });
    world.clock.advance(2 * MINUTE);
    await cases.run();
    expect((await typesOf(caseId)).at(-1)).toBe('ErasureReopened');
    world.clock.advance(10 * MINUTE);
    await cases.run();
    expect((await typesOf(caseId)).at(-1)).toBe('ErasureCompleted');
  });
});
