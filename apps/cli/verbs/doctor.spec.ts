import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Database } from '#engine/embedded/sqlite-driver';
import { makeDkimKey } from '#tenancy/nest/sender-file';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import { cli, type CliOptions } from '#test/support/cli';
import { testInstallation } from '#test/support/installation';

interface Found { readonly check: string; readonly state: string; readonly what: string; readonly fix?: string }

async function doctor({ path }: Pick<LoadedConfig, 'path'>, options: CliOptions = {}): Promise<{ exit: number; of: (check: string) => Found[] }> {
  const { exit, json } = await cli(['doctor', '--json', '--data', join(path, '..')], options);
  return { exit, of: (check) => json.findings.filter((one: Found) => one.check === check) };
}

describe('outright doctor', () => {
  it.each([
    ['another port', 4010, 'failed'], ['the same port', 3000, 'warning'], ['any free port', 0, 'warning'],
  ])('OPT-01 (partly) a publicUrl of this machine at port 3000 with http.port at %s', async (_, port, state) => {
    const { of } = await doctor(await testInstallation({ extra: { http: { port } } }));
    expect(of('public address')).toMatchObject([{ state }]);
    if (state === 'failed') expect(of('public address')[0]!.what).toContain('leads to port 3000, but the app listens on port 4010');
  });

  it('OPT-01 (partly) the port that OUTRIGHT_LISTEN names is the one that counts', async () => {
    const { of } = await doctor(await testInstallation(), { env: { OUTRIGHT_LISTEN: '0.0.0.0:4011' } });
    expect(of('public address')[0]).toMatchObject({ state: 'failed', what: expect.stringContaining('4011') });
  });

  it('INV-04 (partly) names a data folder that is not there, and opens nothing in its place', async () => {
    const { path } = await testInstallation({ extra: { data: './data' } });
    writeFileSync(path, readFileSync(path, 'utf8').replace('./data', './dtaa'));
    const { exit, of } = await doctor({ path });
    expect([exit, of('app')]).toEqual([5, []]);
    expect(of('data folder')).toMatchObject([{ state: 'failed', what: expect.stringContaining(join(path, '..', 'dtaa')), fix: expect.stringContaining('outright init') }]);
  });

  it('SND-07 (partly) names two senders that would publish two keys in one place', async () => {
    const dkim = (keyFile: string) => ({ selector: 'outright', keyFile });
    const config = await testInstallation({ extra: { senders: {
      sales: { fromName: 'Sales', fromAddress: 'sales@sender.example', dkim: dkim('./secrets/dkim-sales.pem') }, events: { fromName: 'Events', fromAddress: 'events@Sender.example', dkim: dkim('./secrets/second.pem') },
    } } });
    await makeDkimKey(join(config.path, '..', 'secrets', 'second.pem'));
    const { of } = await doctor(config);
    expect(of('sender sales')[0]).toMatchObject({ state: 'failed', what: expect.stringContaining('events sign with two keys under outright._domainkey.sender.example') });
  });

  it('INV-04 ERA-10 (partly) asks whether log, do-not-mail list and key store fit together', async () => {
    const config = await testInstallation();
    expect((await doctor(config)).of('history')).toMatchObject([{ state: 'ok' }]);
    const db = new Database(join(config.data, 'outright.db'));
    db.prepare("UPDATE events SET type = 'Forged' WHERE position = 1").run();
    db.close();
    const { exit: bad, of } = await doctor(config);
    expect(bad).toBe(5);
    expect(of('history')).toMatchObject([{ state: 'failed', what: expect.stringContaining('Event 1 of'), fix: expect.stringContaining('outright audit verify') }]);
  });
});
