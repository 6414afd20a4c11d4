import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareServices, type BareServices } from '#test/support/bare-services';
import { cli } from '#test/support/cli';
import { testInstallation } from '#test/support/installation';
import { testStandalone } from '#test/support/standalone';
import { removeTempFolders } from '#test/support/temp-folder';
import type { Finding } from '../doctor-checks.js';

let services: BareServices;
beforeEach(() => { services = bareServices(); });
afterEach(() => services.remove());
afterAll(removeTempFolders);

const installation = (more?: Parameters<BareServices['settings']>[0]) => testInstallation({ extra: services.settings(more) });

async function doctor({ path }: { readonly path: string }): Promise<{ exit: number; of: (check: string) => Finding[] }> {
  const { exit, json } = await cli(['doctor', '--json', '--data', join(path, '..')]);
  return { exit, of: (check) => json.findings.filter((one: Finding) => one.check === check) };
}

describe('outright doctor on services', () => {
  it('says who answers, and that all is as configured', async () => {
    const config = await installation();
    await cli(['prepare', '--data', join(config.path, '..')]);
    const { of } = await doctor(config);
    expect(of('Kafka')).toMatchObject([{ state: 'ok', what: expect.stringMatching(/^1 broker \(127\.0\.0\.1:\d+\), controller 1$/) }, { state: 'ok', what: '10 topics as they should be' }]);
    expect(of('Redis')).toMatchObject([{ state: 'ok', what: expect.stringMatching(/^Redis \d+\.\d+\.\d+ at 127\.0\.0\.1:\d+, noeviction$/) }]);
    expect(of('MongoDB (log)')).toMatchObject([{ state: 'ok', what: expect.stringMatching(/^MongoDB \d+\.\d+\.\d+ at .+, single server, database bare_/) }, { state: 'warning', fix: expect.stringContaining('three members') }, { state: 'ok', what: '12 indexes as they should be' }]);
    expect(of('secrets')).toMatchObject([{ state: 'ok', what: '5 files as they should be' }]);
    expect([of('history'), of('app')]).toMatchObject([[{ state: 'ok' }], [{ state: 'warning', what: expect.stringContaining('no app runs') }]]);
  });

  it('ERA-03 (partly) warns of keys on the MongoDB of the log', async () => {
    const { of } = await doctor(await installation());
    expect(of('MongoDB (keys)').filter(({ state }) => state === 'warning').map(({ fix }) => fix)).toContainEqual(expect.stringContaining('at most 48 h'));
  });

  it('names what is missing, and asks no app that could not open', async () => {
    const { exit, of } = await doctor(await installation());
    expect(exit).toBe(5);
    expect(of('Kafka').filter(({ state }) => state === 'failed')).toHaveLength(10);
    expect(of('Kafka')[1]).toMatchObject({ what: expect.stringMatching(/^The topic .+ is missing\.$/), fix: 'Make it with `outright prepare`.' });
    expect(of('app')).toMatchObject([{ state: 'warning', what: expect.stringContaining('not verified') }]);
  });

  it('names services that are away in ten seconds at most, and a running app beside them', async () => {
    const config = await installation();
    await cli(['prepare', '--data', join(config.path, '..')]);
    const app = await testStandalone({ config });
    const file = readFileSync(config.path, 'utf8');
    writeFileSync(config.path, file.replaceAll(services.redis, 'redis://127.0.0.1:1').replaceAll(services.kafka, '127.0.0.1:1'));
    const began = performance.now();
    const { exit, of } = await doctor(config);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(exit).toBe(5);
    for (const check of ['Kafka', 'Redis']) expect(of(check)).toMatchObject([{ state: 'failed', what: expect.stringContaining('127.0.0.1:1'), fix: expect.stringContaining(`Is ${check} running at`) }]);
    expect(of('app')).toHaveLength(1);
    await app.close();
  });

  it('SEC-02 a variable that is not set is one finding, and the rest is still looked at', async () => {
    const { exit, of } = await doctor(await installation({ mongo: { urlEnv: 'OUTRIGHT_NO_SUCH_VARIABLE' } }));
    expect(exit).toBe(5);
    expect(of('services')).toMatchObject([{ state: 'failed', what: expect.stringContaining('OUTRIGHT_NO_SUCH_VARIABLE'), fix: expect.stringContaining('Set OUTRIGHT_NO_SUCH_VARIABLE') }]);
    expect(of('identity')).toMatchObject([{ state: 'ok' }]);
  });
});
