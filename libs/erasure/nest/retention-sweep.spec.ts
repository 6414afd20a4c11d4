import { afterAll, describe, expect, it } from '@jest/globals';
import { MovableClock } from '#engine/clock/movable.clock';
import { erasureWorld } from '#test/support/erasures';
import { testEngine } from '#test/support/engine';
import { removeTempFolders } from '#test/support/temp-folder';

afterAll(removeTempFolders);

const worldAt = async (start: string) => erasureWorld(await testEngine(undefined, new MovableClock(new Date(start), true)));

describe('retention sweep', () => {
  it.each([
    ['2026-11-02T10:30:00.000Z', '2029-11-02T10:30:00.000Z'],
    ['2028-02-29T10:30:00.000Z', '2031-02-28T10:30:00.000Z'],
  ])('RET-02 CL-07 collected %s ends at exactly %s, and nobody is suppressed by it', async (collectedAt, endsAt) => {
    const world = await worldAt(collectedAt);
    await world.managers.start();
    const { prospectId } = await world.addPerson(['aged@birds.example'], collectedAt);
    world.clock.advanceTo(new Date(Date.parse(endsAt) - 1));
    expect(await world.sweep.run()).toMatchObject({ started: 0, settled: 1, failures: [] });
    expect(await world.engine.store.due(new Date('2040-01-01T00:00:00.000Z'), 10)).toEqual([{ streamId: prospectId, wakeAt: new Date(endsAt) }]);
    world.clock.advance(1);
    expect((await world.sweep.run()).failures).toEqual([]);
    await world.settle();
    const { state } = await world.cases.load((await world.caseOf(prospectId))!);
    expect(state).toMatchObject({ completedAt: endsAt, request: { trigger: 'expired', receivedAt: endsAt }, overdue: false });
    expect(state.done).not.toContain('suppress');
    expect(await world.engine.registry.suppressionCount('main')).toEqual({});
    await world.addPerson(['aged@birds.example'], endsAt);
    await world.close();
  });

  it('RET-02 INV-05 an expiry that comes up days late is started and called overdue, never silent', async () => {
    const world = await worldAt('2026-11-02T00:00:00.000Z');
    await world.managers.start();
    const { prospectId } = await world.addPerson(['missed@birds.example']);
    world.clock.advanceTo(new Date('2029-11-09T00:00:00.000Z'));
    await world.sweep.run();
    await world.settle();
    const { state } = await world.cases.load((await world.caseOf(prospectId))!);
    expect(state).toMatchObject({ overdue: true, completedAt: '2029-11-09T00:00:00.000Z' });
    await world.close();
  });

  it('OPT-10 C4 a wish whose reaction never ran is found on the contact\'s own stream', async () => {
    const world = await worldAt('2026-11-02T09:00:00.000Z');
    const { prospectId, contactIds } = await world.addPerson(['unheard@birds.example']);
    await world.optOut('unheard@birds.example', new Date('2026-11-02T08:00:00.000Z'));
    expect((await world.sweep.run()).started).toBe(1);
    const { state } = await world.cases.load((await world.caseOf(prospectId))!);
    expect(state.request).toMatchObject({ trigger: 'opt_out', contactIds, receivedAt: '2026-11-02T08:00:00.000Z', dueAt: '2026-11-05T08:00:00.000Z' });
    await world.close();
  });

  it('OPT-02 INV-05 an earlier receipt that is told while the case is open moves its clock forward', async () => {
    const world = await worldAt('2026-11-04T09:00:00.000Z');
    const { prospectId } = await world.addPerson(['earlier@birds.example']);
    await world.optOut('earlier@birds.example');
    await world.sweep.run();
    await world.optOut('earlier@birds.example', new Date('2026-11-03T09:00:00.000Z'));
    await world.sweep.run();
    const { state } = await world.cases.load((await world.caseOf(prospectId))!);
    expect(state.request).toMatchObject({ receivedAt: '2026-11-03T09:00:00.000Z', dueAt: '2026-11-06T09:00:00.000Z' });
    expect(await world.engine.store.due(world.clock.now(), 10, 'contact')).toEqual([]);
    await world.close();
  });
});
