import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { allProjections } from '#apps/standalone/reactions';
import { COLLECTIONS } from '#contracts/read-models';
import { decodeEvent } from '#engine/event-log/event-codec';
import { ProjectionRunner, projectBatch } from '#engine/reactions/projection-runner';
import { EmbeddedReadModels } from '#engine/read-models/embedded.read-models';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import { auditedHistory } from './audited-history.fixture.js';
import { allDocs } from './read-model-summary.js';

Logger.overrideLogger(false);

/** Every document of every read model, as text. */
async function contentOf(models: ReadModelStore): Promise<string> {
  const content: Record<string, unknown[]> = {};
  for (const { name } of allProjections) {
    const docs: string[] = [];
    for await (const doc of allDocs(models, name)) docs.push(JSON.stringify(doc));
    content[name] = docs.sort();
  }
  return JSON.stringify(content);
}

describe('replay', () => {
  let history: Awaited<ReturnType<typeof auditedHistory>>;
  let live: ProjectionRunner;
  beforeAll(async () => {
    history = await auditedHistory();
    live = new ProjectionRunner(history.engine.feed, history.engine.readModels, allProjections);
    await live.start();
    await live.caughtUp();
  });
  afterAll(async () => {
    await live.stop();
    await history.engine.close();
  });

  it('INV-03 AUD-02 replay of any prefix appends nothing and gives the documents that were live then, byte for byte', async () => {
    const { engine, audit } = history;
    const stored = await engine.feed.read(0, 10_000);
    const head = await engine.feed.head();
    const heads = JSON.stringify(await engine.store.heads('', 1000));
    const instants = [...new Set(stored.map((event) => decodeEvent(event).recordedAt))];
    await fc.assert(fc.asyncProperty(fc.constantFrom(...instants), async (instant) => {
      const at = new Date(instant);
      // What a running installation held at that instant: the same events in feed order, one by one.
      const then = new EmbeddedReadModels(':memory:');
      for (const { name, version, indexes } of allProjections) await then.declare({ name, version, indexes });
      for (const event of stored.map(decodeEvent).filter(({ recordedAt }) => Date.parse(recordedAt) <= at.getTime())) {
        for (const projection of allProjections) await projectBatch(projection, [event], then);
      }
      const replayed = await audit.replays.asOf(at, (models) => contentOf(models));
      const expected = await contentOf(then);
      await then.close();
      return replayed === expected;
    }), { numRuns: 25 });
    expect(await engine.feed.head()).toBe(head);
    expect(JSON.stringify(await engine.store.heads('', 1000))).toBe(heads);
    expect(await audit.replays.asOf(history.clock.now(), (models) => contentOf(models))).toBe(await contentOf(engine.readModels));
  });

  it('INV-03 ERA-10 after an erasure blanked documents, replay equals the live ones, and a destroyed key changes no count', async () => {
    const { engine, audit, log, meta, clock } = history;
    const { prospectId, contactId } = history.added[1]!;
    const before = await audit.replays.replay(clock.now());
    await history.shred(prospectId);
    expect({ ...(await audit.replays.replay(clock.now())), asOf: '', notice: '' }).toEqual({ ...before, asOf: '', notice: '' });
    const at = clock.now();
    clock.advance(1000);
    await log.append({ streamId: 'case-1', expected: 0, meta, events: [
      { type: 'ErasureRequested', data: { caseId: 'case-1', prospectId, contactIds: [contactId], trigger: 'opt_out', receivedAt: at.toISOString(), dueAt: at.toISOString() } },
      { type: 'ErasureStepCompleted', data: { caseId: 'case-1', step: 'purge_read_models', count: 1 } },
    ] });
    for (const name of [COLLECTIONS.prospects, COLLECTIONS.contacts]) await engine.readModels.blank(name, 'prospectId', prospectId);
    await live.caughtUp();
    expect(await audit.replays.asOf(clock.now(), (models) => contentOf(models))).toBe(await contentOf(engine.readModels));
    expect((await audit.replays.replay(at)).contactsByState).toEqual(before.contactsByState);
  });

  it('INV-11 AUD-01 later events never change an answer about an earlier instant', async () => {
    const { audit, clock } = history;
    const at = clock.now();
    clock.advance(60_000);
    const before = await audit.replays.replay(at);
    await history.send(20);
    await history.optOut(history.added[2]!.email);
    expect(await audit.replays.replay(at)).toEqual(before);
    const now = await audit.replays.replay(clock.now());
    expect(now.dispatchesByStatus.handed_off).toBe(before.dispatchesByStatus.handed_off! + 1);
    expect(now.optOutsByChannel.one_click).toBe(before.optOutsByChannel.one_click! + 1);
  });

  it('AUD-02 says that it is a replay, with the policy then, and refuses an instant to come', async () => {
    const { audit, clock } = history;
    expect(await audit.replays.replay(clock.now())).toMatchObject({ mode: 'replay', notice: expect.stringContaining('Replay mode'), policyVersion: 'test-1' });
    await expect(audit.replays.replay(new Date(clock.now().getTime() + 60_000))).rejects.toMatchObject({ code: 'instant-in-the-future' });
  });
});
