import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitOf, newStream } from '#engine/event-store/prepared-event.fixture';
import type { OutrightError } from '#kernel/errors';
import { waitFor } from '#test/support/wait-for';
import { installation, START, type InstallationUnderTest } from './engine-under-test.fixture.js';

let on: InstallationUnderTest;
beforeEach(async () => (on = await installation()));
afterEach(() => on.close());

const DAY = '2026-11-02';
const forms = { channel: 'email', strict: 'strict-hash', loose: 'loose-hash' } as const;
const optOut = { tenantId: 'main', forms, reason: 'opt_out', keyVersion: 1, day: DAY, commitFor: () => undefined } as const;

describe('distributed engine: start', () => {
  it('H5 without its topics it does not start, makes none, and lets the folder go', async () => {
    await expect(on.open()).rejects.toMatchObject({ code: 'topics-missing', message: expect.stringContaining('.contact'), fix: expect.stringMatching(/Create the topics/) });
    expect(readdirSync(join(on.options().dataFolder, 'run')).filter((name) => !name.startsWith('lock.'))).toEqual([]);
    await expect(on.open()).rejects.toMatchObject({ code: 'topics-missing' });
    await on.createTopics();
    expect((await on.open()).failure()).toBeUndefined();
  });

  it.each([
    ['mongo', { mongoUrl: 'mongodb://user:s3cret@127.0.0.1:1/outright' }, 'mongo-unreachable'],
    ['the vault', { vaultUrl: 'mongodb://user:s3cret@127.0.0.1:1/keys' }, 'mongo-unreachable'],
    ['Redis', { redisUrl: 'redis://user:s3cret@127.0.0.1:1' }, 'redis-unreachable'],
    ['Kafka', { kafka: { brokers: ['127.0.0.1:1'], clientId: 'x' } }, 'kafka-unreachable'],
  ])('H5 SEC-02 where %s is not there it says which and where, without a password, and leaves nothing open', async (_, wrong, code) => {
    await on.createTopics();
    const error = await on.open(wrong).then(() => undefined, (refused: OutrightError) => refused);
    expect(error).toMatchObject({ code, retriable: true, status: 503, fix: expect.stringContaining('127.0.0.1:1') });
    expect(`${error!.message} ${error!.fix} ${JSON.stringify(error)}`).not.toContain('s3cret');
    expect(readdirSync(join(on.options().dataFolder, 'run')).filter((name) => !name.startsWith('lock.'))).toEqual([]);
  });
});

describe('distributed engine: a service goes and comes', () => {
  beforeEach(() => on.createTopics());

  it('H5 Kafka away: appends, opt-outs and clocks go on, it is told, and what was committed comes when it is back', async () => {
    const engine = await on.open();
    const seen: string[] = [];
    await engine.feed.subscribe('watcher', async (events) => void seen.push(...events.map(({ streamId }) => streamId)));
    const [before, during] = [newStream(), newStream()];
    await engine.store.append(commitOf({ streamId: before }));
    await engine.feed.published();
    await on.lines.kafka.cut();
    expect(await engine.store.append(commitOf({ streamId: during, wakeAt: START }))).toMatchObject({ status: 'appended' });
    await engine.registry.optOut(optOut);
    expect(await engine.registry.suppressionOf('main', forms)).toMatchObject({ status: 'suppressed' });
    expect(await engine.store.due(START, 10)).toEqual([{ streamId: during, wakeAt: START }]);
    await expect(engine.feed.published()).rejects.toMatchObject({ code: 'kafka-unreachable', retriable: true });
    expect([engine.failure(), engine.degradations()]).toEqual([undefined, [{ what: 'publication', failure: expect.objectContaining({ code: 'kafka-unreachable' }) }]]);
    await on.lines.kafka.mend();
    await waitFor('both events', () => seen.includes(before) && seen.includes(during), 40_000);
    expect([...seen].sort()).toEqual([before, during].sort());
    await waitFor('the relay to be well', () => engine.degradations().length === 0);
  });

  it('H5 MongoDB away: it says so, an append is a retriable error and never half done, and works again when it is back', async () => {
    const engine = await on.open();
    const commit = commitOf();
    await engine.store.append(commit);
    await on.lines.mongo.cut();
    await expect(engine.store.append(commitOf())).rejects.toMatchObject({ code: 'mongo-unreachable', retriable: true });
    await waitFor('the failure', () => engine.failure() !== undefined);
    expect(engine.failure()).toMatchObject({ code: 'mongo-unreachable', fix: expect.stringContaining('127.0.0.1') });
    await on.lines.mongo.mend();
    await waitFor('the end of the failure', () => engine.failure() === undefined);
    expect(await engine.store.append(commit)).toMatchObject({ status: 'duplicate' });
  });

  it('H3 H5 Redis away: it is told, the log goes on, and the call comes when it is back', async () => {
    const engine = await on.open();
    const rung: string[] = [];
    engine.wakeUps.handle('sweep', async (id) => void rung.push(id));
    await on.lines.redis.cut();
    await engine.wakeUps.schedule('sweep', 'case-1', START);
    expect(engine.degradations()).toEqual([{ what: 'wake-ups', failure: expect.objectContaining({ code: 'redis-unreachable' }) }]);
    expect(await engine.store.append(commitOf())).toMatchObject({ status: 'appended' });
    await on.lines.redis.mend();
    await waitFor('the call', () => rung.includes('case-1'));
    await waitFor('the end of the outage', () => engine.degradations().length === 0);
  });

  it('H5 closes within five seconds while every service is silent, and lets the folder go', async () => {
    const engine = await on.open();
    await engine.feed.subscribe('watcher', async () => undefined);
    await engine.wakeUps.schedule('sweep', 'case-1', START);
    for (const line of Object.values(on.lines)) line.fallSilent();
    void engine.store.append(commitOf()).catch(() => undefined);
    const began = performance.now();
    await engine.close();
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(readdirSync(join(on.options().dataFolder, 'run')).filter((name) => !name.startsWith('lock.'))).toEqual([]);
  });
});

describe('distributed engine: parts', () => {
  beforeEach(() => on.createTopics());

  it('the end of the log holds what this process and another have committed before the question', async () => {
    const [one, two] = [await on.open(), await on.open()];
    const seen: string[] = [];
    const subscription = await one.feed.subscribe('watcher', async (events) => void seen.push(...events.map(({ streamId }) => streamId)));
    const streams = Array.from({ length: 40 }, () => newStream());
    await Promise.all(streams.map((streamId, at) => [one, two][at % 2]!.store.append(commitOf({ streamId }))));
    await subscription.caughtUp();
    expect([...seen].sort()).toEqual([...streams].sort());
  });

  it('a wake-up of the desk rings in the process that asked, any other in one of all', async () => {
    const engines = [await on.open(), await on.open()];
    const rung: string[] = [];
    engines.forEach((engine, at) => ['desk', 'sweep'].forEach((topic) => engine.wakeUps.handle(topic, async (id) => void rung.push(`${topic} ${id} in ${at}`))));
    await Promise.all(engines.map((engine, at) => engine.wakeUps.schedule('desk', `of-${at}`, START)));
    await engines[0]!.wakeUps.schedule('sweep', 'case-1', START);
    await Promise.all(engines.map((engine) => engine.wakeUps.nudge()));
    await waitFor('three calls', () => rung.length >= 3);
    expect(rung.filter((call) => call.startsWith('desk')).sort()).toEqual(['desk of-0 in 0', 'desk of-1 in 1']);
    expect(rung.filter((call) => call.startsWith('sweep'))).toHaveLength(1);
  });

  it('ERA-03 (partly) a byte search sees every document of both databases, and the folder holds no database', async () => {
    const engine = await on.open();
    const owner = { tenantId: 'main', subjectId: 'prospect-1', purposeClass: 'marketing' } as const;
    const [key] = await engine.vault.create([owner]);
    await engine.store.append(commitOf({ streamId: 'contact-seen' }));
    const places: string[] = [];
    for await (const { place, chunks } of engine.elsewhere()) {
      for await (const chunk of chunks) if (chunk.includes('contact-seen') || chunk.includes(key!.kid)) places.push(place);
    }
    expect(places.sort()).toEqual(['mongodb-commits', 'mongodb-keys']);
    expect(existsSync(join(engine.folder.path, 'outright.db'))).toBe(false);
  });
});

describe('distributed engine: several processes', () => {
  beforeEach(() => on.createTopics());
  const owner = { tenantId: 'main', subjectId: 'prospect-1', purposeClass: 'marketing' } as const;

  it.each(['one shared folder', 'a folder each, with the secrets copied', 'a folder each, with one folder of secrets'])('two run at once on %s and read what the other sealed', async (kind) => {
    const own = on.options().dataFolder;
    const one = await on.open({ dataFolder: own });
    const [key] = await one.vault.create([owner]);
    const signing = await one.keyProvider.signingKey();
    if (kind.endsWith('copied')) cpSync(join(own, 'secrets'), join(own, 'elsewhere', 'secrets'), { recursive: true });
    const two = await on.open({ dataFolder: kind.startsWith('one') ? own : join(own, 'elsewhere'), ...(kind.endsWith('of secrets') ? { secretsFolder: join(own, 'secrets') } : {}) });
    expect(await two.vault.find(owner)).toEqual(key);
    expect(await two.keyProvider.signingKey()).toEqual(signing);
    expect([one.folder.claim(), two.folder.claim()]).toEqual([true, !kind.startsWith('one')]);
    expect(one.folder.local).not.toBe(two.folder.local);
  });

  it('H11 one without the secrets, or with others, hands out no key and makes none', async () => {
    const own = on.options().dataFolder;
    const one = await on.open({ dataFolder: own });
    await one.vault.create([owner]);
    const bare = await on.open({ dataFolder: join(own, 'bare') });
    await expect(bare.vault.find(owner)).rejects.toMatchObject({ code: 'missing-secret', rule: 'H11' });
    const file = join(own, 'other', 'secrets', 'wrapping.key');
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, JSON.stringify({ id: 1, key: Buffer.alloc(32, 7).toString('base64') }));
    const other = await on.open({ dataFolder: join(own, 'other') });
    await expect(other.vault.create([owner])).rejects.toMatchObject({ code: 'secret-differs', rule: 'H11' });
    expect(existsSync(join(own, 'bare', 'secrets'))).toBe(false);
  });
});
