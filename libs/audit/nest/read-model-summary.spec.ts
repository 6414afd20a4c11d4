import { afterAll, expect, it } from '@jest/globals';
import { auditOf } from '#test/support/audit';
import { erasureWorld } from '#test/support/erasures';
import { removeTempFolders } from '#test/support/temp-folder';
import { summarise } from './read-model-summary.js';

afterAll(removeTempFolders);

it('AUD-01 (partly) RET-02 INV-04 erasures that a person asked for and those of expired data are two series, and the history verifies after both', async () => {
  const world = await erasureWorld();
  await world.addPerson(['asks@leaver.example', 'asks@home.example']);
  const expiring = await world.addPerson(['expires@keeper.example'], '2023-11-02T12:00:00.000Z');
  await world.managers.start();
  await world.optOut('asks@leaver.example');
  await world.settle();
  world.clock.advanceTo(new Date('2026-11-02T14:00:00.000Z'));
  await world.sweep.run();
  await world.settle();
  expect(await world.caseOf(expiring.prospectId)).toBeDefined();
  const { erasures } = await summarise(world.engine.readModels, world.clock.now(), (name) => name === 'erasures');
  expect(erasures).toMatchObject({ open: 0, completed: 2, afterWish: { completed: 1 }, withoutWish: { completed: 1 } });
  expect(erasures.afterWish.hours.map(Math.floor)).toEqual([0]);
  expect(erasures.withoutWish.hours).toEqual([expect.any(Number)]);
  expect((await auditOf(world).verifier.verify()).findings).toEqual([]);
  await world.close();
});
