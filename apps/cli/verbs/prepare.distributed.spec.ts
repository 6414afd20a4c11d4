import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { CutLine } from '#engine/distributed/cut-line.fixture';
import type { Surveyed } from '#engine/distributed/survey/surveyed';
import { bareServices, type BareServices } from '#test/support/bare-services';
import { cli } from '#test/support/cli';
import { testInstallation } from '#test/support/installation';
import { removeTempFolders } from '#test/support/temp-folder';

let services: BareServices;
const lines: CutLine[] = [];
beforeEach(() => { services = bareServices(); });
afterEach(async () => {
  for (const line of lines.splice(0)) await line.cut();
  await services.remove();
});
afterAll(removeTempFolders);

type More = Parameters<BareServices['settings']>[0];
/** The installation file in that folder, or in a new one. */
async function installation(more?: More, folder?: string): Promise<string> {
  const { path } = await testInstallation({ extra: services.settings(more), ...(folder === undefined ? {} : { folder }) });
  return join(path, '..');
}
const prepare = (folder: string, ...options: string[]) => cli(['prepare', '--json', '--data', folder, ...options]);
const inState = (findings: readonly Surveyed[], ...states: Surveyed['state'][]) => findings.filter(({ state }) => states.includes(state));

describe('outright prepare', () => {
  it('says what is missing, makes it, then changes nothing; an app starts on it and not before', async () => {
    const folder = await installation();
    expect(await cli(['clocks', '--json', '--data', folder])).toMatchObject({ exit: 1, json: { code: 'topics-missing', fix: expect.stringContaining('`outright prepare`') } });
    const dry = await prepare(folder, '--dry-run');
    expect(dry).toMatchObject({ exit: 0, json: { engine: 'distributed', ready: false, dryRun: true, made: 0 } });
    expect(inState(dry.json.findings, 'missing').map(({ what }) => what)).toEqual(expect.arrayContaining([`topic ${services.prefix}.contact (2 partitions, 1 replica, kept for ever)`, 'secret dispatch-id.key']));
    expect((await prepare(folder, '--dry-run')).json.missing).toBe(dry.json.missing);

    const made = await prepare(folder);
    expect(made).toMatchObject({ exit: 0, json: { ready: true, missing: 0, made: dry.json.missing } });
    expect(await prepare(folder)).toMatchObject({ exit: 0, json: { ready: true, made: 0 } });
    expect((await cli(['clocks', '--json', '--data', folder])).exit).toBe(0);
    const { out } = await cli(['prepare', '--data', folder]);
    expect(out).toMatch(/✓ Kafka: 1 broker \(127\.0\.0\.1:\d+\), controller 1\n[^]*All is there; nothing was changed\. Next: `outright serve`\.\n$/);
  });

  it('another partition count is named as being for ever, and nothing is made until it is mended', async () => {
    await prepare(await installation());
    const elsewhere = await installation({ kafka: { partitionsOf: { contact: 3 } } });
    const { exit, json } = await prepare(elsewhere);
    expect([exit, json.ready, json.made]).toEqual([5, false, 0]);
    const [topic, ...secrets] = inState(json.findings, 'failed');
    expect(topic).toMatchObject({ what: `Topic ${services.prefix}.contact has 2 partitions, and 3 are configured.`, fix: expect.stringContaining('Configure 2') });
    // This machine has none of the secrets that the installation has used, and must not make others.
    expect(secrets).toHaveLength(5);
    for (const secret of secrets) expect(secret).toMatchObject({ service: 'secrets', fix: expect.stringContaining('Copy the installation\'s secrets') });
  });

  it('fewer replicas than configured are named: too few brokers before topics are made, a warning after', async () => {
    const folder = await installation({ kafka: { replicas: 2 } });
    const before = await prepare(folder);
    expect([before.exit, before.json.made]).toEqual([5, 0]);
    expect(inState(before.json.findings, 'failed')).toMatchObject([{ what: '2 replicas are configured, and Kafka has 1 broker: no topic can be made.', fix: expect.stringContaining('replicas to 1') }]);
    const other = await installation();
    await prepare(other);
    cpSync(join(other, 'data', 'secrets'), join(folder, 'data', 'secrets'), { recursive: true });
    const after = await prepare(folder);
    expect(after.exit).toBe(0);
    expect(inState(after.json.findings, 'warning').map(({ what }) => what)).toContain(`Topic ${services.prefix}.contact has 1 replica, and 2 are configured.`);
  });

  it('an index of our name and another shape is named, and left as it is', async () => {
    const connection = await mongoose.createConnection(services.mongo).asPromise();
    await connection.db!.collection('commits').createIndexes([{ name: 'due', key: { when: 1 } }]);
    const { exit, json } = await prepare(await installation());
    expect([exit, json.made]).toEqual([5, 0]);
    expect(inState(json.findings, 'failed')).toMatchObject([{ service: 'mongo', what: 'Index commits.due has our name and another shape.', fix: expect.stringContaining("dropIndex('due')") }]);
    expect((await connection.db!.collection('commits').indexes()).map(({ name }) => name)).toEqual(['_id_', 'due']);
    await connection.close();
  });

  it('H11 a secret that was used and is gone is never made again', async () => {
    const folder = await installation();
    await prepare(folder);
    rmSync(join(folder, 'data', 'secrets', 'suppression-pepper.key'));
    const { exit, json } = await prepare(folder);
    expect([exit, json.made]).toEqual([5, 0]);
    expect(inState(json.findings, 'failed')).toMatchObject([{ service: 'secrets', what: expect.stringContaining('suppression-pepper.key'), fix: expect.stringContaining('their own backup') }]);
  });

  it('every service that is away is named with its fix, in ten seconds at most', async () => {
    const nobody = { url: 'mongodb://127.0.0.1:1/outright' };
    const folder = await installation({ mongo: nobody, vault: { url: 'mongodb://127.0.0.1:1/keys' }, redis: { url: 'redis://127.0.0.1:1' }, kafka: { brokers: ['127.0.0.1:1'] } });
    const began = performance.now();
    const { exit, json } = await prepare(folder);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect([exit, json.made]).toEqual([6, 0]);
    expect(inState(json.findings, 'away').map(({ service, what, fix }) => [service, what.includes('127.0.0.1:1'), fix?.includes('127.0.0.1:1')])).toEqual(['kafka', 'mongo', 'vault', 'redis'].map((service) => [service, true, true]));
  });

  it('services that take connections and say nothing are away, in ten seconds at most', async () => {
    const [mongo, redis, kafka] = await Promise.all([CutLine.to(services.mongo), CutLine.to(services.redis), CutLine.to(`tcp://${services.kafka}`)]);
    lines.push(mongo, redis, kafka);
    for (const line of lines) line.fallSilent();
    const folder = await installation({ mongo: { url: mongo.through(services.mongo) }, vault: { url: mongo.through(services.vault) }, redis: { url: redis.through(services.redis) }, kafka: { brokers: [`127.0.0.1:${kafka.port}`] } });
    const began = performance.now();
    const { exit, json } = await prepare(folder);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(exit).toBe(6);
    expect(inState(json.findings, 'away').map(({ service }) => service)).toEqual(['kafka', 'mongo', 'vault', 'redis']);
  });

  it('SEC-02 wrong addresses in files are named and not repeated; a variable that is not set is bad input, as are keys in the database of the log', async () => {
    const folder = await installation({ mongo: { urlFile: './mongo.url' }, redis: { urlFile: './redis.url' } });
    writeFileSync(join(folder, 'mongo.url'), 'postgres://app:s3cret@db/outright');
    writeFileSync(join(folder, 'redis.url'), 'redis:/s3cret');
    const { exit, json, out } = await prepare(folder);
    expect([exit, json.made]).toEqual([5, 0]);
    expect(inState(json.findings, 'failed')).toMatchObject([{ service: 'mongo', fix: expect.stringContaining('mongodb://') }, { service: 'redis', fix: expect.stringContaining('redis://') }]);
    expect(out).not.toContain('s3cret');
    expect(await prepare(await installation({ redis: { urlEnv: 'OUTRIGHT_NO_SUCH_VARIABLE' } }))).toMatchObject({ exit: 2, json: { code: 'secret-missing', title: expect.stringContaining('OUTRIGHT_NO_SUCH_VARIABLE') } });
    writeFileSync(join(folder, 'mongo.url'), services.vault);
    expect(await prepare(folder)).toMatchObject({ exit: 2, json: { code: 'bad-config', title: expect.stringContaining('distributed.vault') } });
  });
});
