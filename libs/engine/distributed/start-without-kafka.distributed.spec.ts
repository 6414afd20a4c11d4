import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { commitOf, newStream } from '#engine/event-store/prepared-event.fixture';
import type { OutrightError } from '#kernel/errors';
import { waitFor } from '#test/support/wait-for';
import { deleteTopics } from './distributed-engine.js';
import { installation, START, type InstallationUnderTest } from './engine-under-test.fixture.js';

const forms = { channel: 'email', strict: 'strict-hash', loose: 'loose-hash' } as const;
const optOut = { tenantId: 'main', forms, reason: 'opt_out', keyVersion: 1, day: '2026-11-02', commitFor: () => undefined } as const;
const AWAY = { code: 'kafka-unreachable', retriable: true };

let on: InstallationUnderTest;
beforeEach(async () => {
  on = await installation();
  await on.createTopics();
});
afterEach(() => on.close());

/** A log with one event that is published, left behind by a process that ended. */
async function withALog(): Promise<string> {
  const engine = await on.open();
  const streamId = newStream();
  await engine.store.append(commitOf({ streamId }));
  await engine.feed.published();
  await engine.close();
  return streamId;
}

describe('distributed engine: a start while Kafka is away', () => {
  it.each([true, false])('H5 decides and takes opt-outs, says what waits, and begins by itself when Kafka is back (a worker: %s)', async (works) => {
    const before = await withALog();
    await on.lines.kafka.cut();
    const told: string[] = [];
    const engine = await on.open({ works, admission: { away: ({ code }) => void told.push(code), back: () => void told.push('back') } });
    const during = newStream();
    expect(await engine.store.append(commitOf({ streamId: during, wakeAt: START }))).toMatchObject({ status: 'appended' });
    await engine.registry.optOut(optOut);
    expect(await engine.registry.suppressionOf('main', forms)).toMatchObject({ status: 'suppressed' });
    expect(await engine.store.due(START, 10)).toEqual([{ streamId: during, wakeAt: START }]);
    const seen: string[] = [];
    const subscription = await engine.feed.subscribe('watcher', async (events) => void seen.push(...events.map(({ streamId }) => streamId)));
    const asked = performance.now();
    await expect(engine.feed.published()).rejects.toMatchObject(AWAY);
    await expect(subscription.caughtUp()).rejects.toMatchObject(AWAY);
    await expect(engine.feed.handledBy('watcher', 15_000)).rejects.toMatchObject(AWAY);
    expect(performance.now() - asked).toBeLessThan(1_000);
    expect([engine.failure(), engine.degradations(), engine.feed.subscriptions()]).toEqual([undefined, [{ what: 'publication', failure: expect.objectContaining(AWAY) }], []]);
    expect(engine.services()).toContainEqual({ service: 'kafka', up: false });
    expect(told).toEqual(['kafka-unreachable']);
    await on.lines.kafka.mend();
    const publisher = works ? engine : await on.open();
    await waitFor('both events', () => seen.includes(before) && seen.includes(during), 30_000);
    await waitFor('all to be well', () => engine.degradations().length === 0 && publisher.degradations().length === 0, 10_000);
    await subscription.caughtUp();
    expect([...seen].sort()).toEqual([before, during].sort());
    expect(told).toEqual(['kafka-unreachable', 'back']);
    expect(engine.services()).toContainEqual({ service: 'kafka', up: true });
  });

  it('H5 INV-04 publishes nothing and says so where Kafka comes back without its topics', async () => {
    await withALog();
    await on.lines.kafka.cut();
    const refused: OutrightError[] = [];
    const failed: string[] = [];
    const engine = await on.open({ admission: { failed: (failure) => void refused.push(failure) }, feed: { failed: (consumer, { code }) => void failed.push(`${consumer} ${code}`) } });
    await engine.feed.subscribe('watcher', async () => undefined);
    await engine.store.append(commitOf());
    const { kafka, layout } = on.options();
    await deleteTopics({ brokers: kafka.brokers, clientId: kafka.clientId }, layout);
    await on.lines.kafka.mend();
    await waitFor('word of it', () => refused.length > 0 && failed.length > 0, 15_000);
    expect(refused).toEqual([expect.objectContaining({ code: 'topics-missing', retriable: false })]);
    expect(failed).toEqual(['watcher topics-missing']);
    await expect(engine.feed.published()).rejects.toMatchObject({ code: 'topics-missing' });
    expect(engine.feed.subscriptions()).toEqual([{ consumer: 'watcher', lag: 0, failure: expect.objectContaining({ code: 'topics-missing' }) }]);
    expect(await engine.lags()).toMatchObject({ unpublishedCommits: 1 });
  });

  it('H5 closes at once while it waits for Kafka', async () => {
    await withALog();
    await on.lines.kafka.cut();
    const engine = await on.open();
    await engine.feed.subscribe('watcher', async () => undefined);
    const began = performance.now();
    await engine.close();
    expect(performance.now() - began).toBeLessThan(4_500);
  });
});
