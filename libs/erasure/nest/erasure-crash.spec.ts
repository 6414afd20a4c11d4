import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { StartErasure } from '#contracts/api/erasures';
import { MovableClock } from '#engine/clock/movable.clock';
import { Crash, erasureWorld, type Person } from '#test/support/erasures';
import { testEngine } from '#test/support/engine';
import { removeTempFolders, tempFolder } from '#test/support/temp-folder';
import { scanFolders } from './byte-scan.js';

afterAll(removeTempFolders);

/** Works on the case by hand, without process managers, until it is proved or the process dies. */
async function work(world: Awaited<ReturnType<typeof erasureWorld>>, start: StartErasure): Promise<void> {
  await world.execute(start);
  const caseId = (await world.caseOf(start.request.prospectId))!;
  await world.work.advance(caseId);
  await world.projector.caughtUp();
  await world.verification.verify(caseId);
  await world.work.advance(caseId);
}

describe('erasure under crashes', () => {
  it('ERA-01 INV-05 a crash before or after any record of the erasure: the next start completes it and nothing personal is back', async () => {
    const clock = new MovableClock(new Date('2026-11-02T09:00:00.000Z'));
    const dying = await erasureWorld(await testEngine(undefined, clock), tempFolder('mail'));
    const { folder, mailFolder } = dying;
    const interrupted: { person: Person; start: StartErasure; kept: string }[] = [];
    const begin = async (name: string) => {
      const person = await dying.addPerson([`first.${name}@birds.example`, `second.${name}@birds.example`]);
      const kept = await dying.keepMessage(person, `dispatch-${name}`, 'campaign-1');
      await dying.projector.caughtUp();
      const receivedAt = clock.now();
      const start = new StartErasure({ prospectId: person.prospectId, trigger: 'minor', receivedAt, dueAt: new Date(receivedAt.getTime() + 72 * 3_600_000) });
      interrupted.push({ person, start, kept });
      return start;
    };
    const whole = await begin('whole');
    const counter = (dying.log.crashAt = { appends: 1000, when: 'before' });
    await work(dying, whole);
    const boundaries = 1000 - counter.appends;
    // Start, case, two contacts, eleven steps, the last one with its proof.
    expect(boundaries).toBeGreaterThanOrEqual(15);
    // The latest boundary first, so that no later search finishes a case that waits for it.
    for (let appends = boundaries - 1; appends >= 0; appends--) {
      for (const when of ['before', 'after'] as const) {
        dying.log.crashAt = undefined;
        const start = await begin(`${when}-${appends}`);
        dying.log.crashAt = { appends, when };
        await expect(work(dying, start)).rejects.toBeInstanceOf(Crash);
      }
    }
    await dying.close();

    const world = await erasureWorld(await testEngine(folder, clock), mailFolder);
    const caseIds: string[] = [];
    for (const { person, start } of interrupted) {
      await world.execute(start);
      caseIds.push((await world.caseOf(person.prospectId))!);
      await world.work.advance(caseIds.at(-1)!);
    }
    await world.projector.caughtUp();
    // One search serves all that wait for it.
    for (const caseId of caseIds) await world.verification.verify(caseId);
    for (const { person, kept } of interrupted) {
      const { state } = await world.cases.load((await world.caseOf(person.prospectId))!);
      expect(state).toMatchObject({ reopened: 0, done: expect.arrayContaining(['suppress', 'verify', 'destroy_case_key']), completedAt: expect.any(String) });
      expect(existsSync(kept)).toBe(false);
      expect((await world.types(state.request!.caseId)).filter((type) => type === 'ErasureCompleted')).toHaveLength(1);
      expect((await world.types(person.prospectId)).filter((type) => type === 'ErasureStarted')).toHaveLength(1);
      for (const contactId of person.contactIds) expect((await world.types(contactId)).filter((type) => type === 'ContactErasureStarted')).toHaveLength(1);
      for (const email of person.emails) expect(await world.engine.registry.suppressionOf('main', world.book.email(email))).toMatchObject({ status: 'suppressed', reason: 'minor' });
    }
    await world.close();
    const owners = new Map(interrupted.map(({ person }) => [person.prospectId, person.emails]));
    expect([...(await scanFolders({ data: folder, mail: mailFolder }, owners)).hits]).toEqual([]);
  });

  it.each(['before', 'after'] as const)('ERA-01 RET-02 a crash right %s ErasureStarted is found by the sweep', async (when) => {
    const clock = new MovableClock(new Date('2026-11-02T09:00:00.000Z'));
    let world = await erasureWorld(await testEngine(undefined, clock));
    const { folder, mailFolder } = world;
    const person = await world.addPerson(['sweep@birds.example']);
    clock.advanceTo(new Date('2029-11-02T00:00:00.000Z'));
    world.log.crashAt = { appends: 0, when };
    expect((await world.sweep.run()).failures).toEqual([expect.any(Crash)]);
    await world.close();
    world = await erasureWorld(await testEngine(folder, clock), mailFolder);
    await world.managers.start();
    await world.sweep.run();
    await world.settle();
    const { state } = await world.cases.load((await world.caseOf(person.prospectId))!);
    expect(state.request).toMatchObject({ trigger: 'expired', receivedAt: '2029-11-02T00:00:00.000Z', dueAt: '2029-11-03T00:00:00.000Z' });
    expect(state.completedAt).toBeDefined();
    expect((await world.engine.store.due(new Date('2040-01-01T00:00:00.000Z'), 10))).toEqual([]);
    await world.close();
  });
});
