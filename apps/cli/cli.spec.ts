import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openEmbeddedEngine } from '#engine/embedded/embedded-engine';
import { SystemClock } from '#engine/clock/system.clock';
import { cli } from '#test/support/cli';
import { testInstallation } from '#test/support/installation';
import { tempFolder } from '#test/support/temp-folder';

const VERBS = [
  ['init'], ['prepare'], ['serve'], ['doctor'], ['key', 'create'], ['key', 'list'], ['key', 'revoke'], ['sender', 'add'], ['sender', 'verify'], ['lia', 'add'], ['lia', 'approve'],
  ['import'], ['suppress', 'import'], ['optout', 'add'], ['campaign', 'check'], ['campaign', 'test'], ['campaign', 'launch'], ['campaign', 'status'],
  ['campaign', 'pause'], ['campaign', 'resume'], ['campaign', 'cancel'], ['unknown', 'list'], ['unknown', 'resolve'], ['clocks'], ['report'], ['backup'], ['restore'],
  ['audit', 'verify'], ['audit', 'replay'], ['audit', 'explain'], ['audit', 'export'],
];

describe('the command line', () => {
  it.each(VERBS.map((verb) => [verb.join(' '), verb] as const))('%s has help with --data --url --key --json --help', async (_, verb) => {
    const { exit, out } = await cli([...verb, '--help']);
    expect(exit).toBe(0);
    for (const option of ['--data', '--url', '--key', '--json', '--help']) expect(out).toContain(option);
  });

  it.each([
    ['an unknown verb', ['sned']], ['an unknown option', ['key', 'list', '--loud']], ['a missing argument', ['import']], ['a missing option', ['key', 'create', '--role', 'sales']],
    ['a wrong choice', ['key', 'create', '--role', 'king', '--label', 'x']], ['no verb at all', []],
    ['an address as an argument', ['optout', 'add', 'someone', '--channel', 'phone', '--received-at', '2026-11-01']],
    ['a time without a zone', ['audit', 'replay', '--at', '2026-11-01T10:00:00']], ['both outcomes', ['unknown', 'resolve', 'x', '--delivered', '--not-delivered', '--reason', 'said so']],
    ['a backup before there are any', ['backup', 'somewhere']], ['a restore before there are any', ['restore', 'somewhere']],
  ])('ends with 2 for %s', async (_, argv) => {
    const { exit, out, err } = await cli(argv, { cwd: tempFolder('cwd') });
    expect(exit).toBe(2);
    expect(out + err).toMatch(argv.length === 0 ? /Usage/ : /^outright: .+\n(.*\n)*? {2}fix {2}.+/);
  });

  it('ends with 2 and a problem document where there is no installation', async () => {
    const { exit, json, err } = await cli(['clocks', '--json', '--data', tempFolder('empty')]);
    expect(exit).toBe(2);
    expect(err).toBe('');
    expect(Object.keys(json).sort()).toEqual(['code', 'exit', 'fix', 'status', 'title', 'type']);
    expect(json).toMatchObject({ type: 'urn:outright:problem:no-config', code: 'no-config', exit: 2 });
  });

  it('SEC-01 (partly) sends no key in clear text to another machine', async () => {
    const { exit, json } = await cli(['key', 'list', '--url', 'http://mail.sender.example', '--key', 'ork_x', '--json']);
    expect(exit).toBe(3);
    expect(json).toMatchObject({ code: 'plaintext-url', rule: 'SEC-01' });
  });

  it('ends with 6 where no server answers, and with 1 or 2 where something else does', async () => {
    const server = createServer((_, response) => response.writeHead(404).end('what?'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect((await cli(['key', 'list', '--url', `http://127.0.0.1:${port}`])).exit).toBe(2);
    await new Promise((resolve) => server.close(resolve));
    const { exit, err } = await cli(['key', 'list', '--url', `http://127.0.0.1:${port}`]);
    expect(exit).toBe(6);
    expect(err).toContain('The app does not answer');
  });

  it.each([['serve'], ['clocks'], ['key', 'list'], ['audit', 'verify'], ['suppress', 'import', 'list.csv']])('INV-04 (partly) %s %s refuses a data folder that is not there, names it, and begins no empty installation', async (...verb) => {
    const { path } = await testInstallation({ extra: { data: './data' } });
    const home = join(path, '..');
    writeFileSync(join(home, 'list.csv'), 'email\n');
    writeFileSync(path, readFileSync(path, 'utf8').replace('./data', './dtaa'));
    for (const state of ['does not exist', 'holds no installation']) {
      const { exit, json } = await cli([...verb.filter((word) => word !== undefined), '--json', '--data', home], { cwd: home });
      expect(exit).toBe(2);
      expect(json).toMatchObject({ code: 'no-data-folder', rule: 'INV-04', title: expect.stringContaining(`${join(home, 'dtaa')} ${state}`), fix: expect.stringContaining(`\`data\` in ${path}`) });
      mkdirSync(join(home, 'dtaa'), { recursive: true });
    }
    expect(readdirSync(join(home, 'dtaa'))).toEqual([]);
  });

  it('ends with 2 on an http.host that is no address of this machine, naming the key', async () => {
    for (const host of ['192.0.2.1', 'no.such.host.invalid']) {
      const { path } = await testInstallation({ extra: { http: { host, port: 0 } } });
      const { exit, json } = await cli(['serve', '--json', '--data', join(path, '..')]);
      expect(exit).toBe(2);
      expect(json).toMatchObject({ code: 'bad-config', title: expect.stringContaining(`http.host "${host}"`), fix: expect.stringContaining('OUTRIGHT_LISTEN') });
    }
    await expect(testInstallation({ extra: { http: { host: '', port: 0 } } })).rejects.toMatchObject({ code: 'bad-config', message: expect.stringContaining('http.host') });
  });

  it('ends with 6 on a port that is in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { path } = await testInstallation();
    const { exit, json } = await cli(['serve', '--json', '--data', join(path, '..'), '--listen', `127.0.0.1:${port}`]);
    await new Promise((resolve) => server.close(resolve));
    expect(exit).toBe(6);
    expect(json).toMatchObject({ code: 'port-unavailable', title: `Port ${port} is in use.` });
  });

  it('says so where a file has a header and no rows', async () => {
    const { path } = await testInstallation();
    const home = join(path, '..');
    const columns = 'email,country,source_type,source_name,collected_at,collected_by,basis';
    writeFileSync(join(home, 'empty.csv'), `${columns}\n`);
    writeFileSync(join(home, 'empty.yaml'), 'name: empty\nattest: { by: Mari, at: 2026-11-01T09:00:00Z, text: These people were found on the pages of their companies. }\n');
    const run = (...argv: string[]) => cli([...argv, '--data', home], { cwd: home });
    for (const more of [['--dry-run'], []]) {
      const { exit, out } = await run('import', 'empty.csv', '--with', 'empty.yaml', ...more);
      expect([exit, out]).toEqual([0, 'empty: the file has a header and no rows, so there was nobody to import.\n']);
    }
    expect((await run('import', 'empty.csv', '--with', 'empty.yaml')).out).toContain('imported before');
    writeFileSync(join(home, 'block.csv'), 'email\n');
    expect((await run('suppress', 'import', 'block.csv')).out).toMatch(/^The file has a header and no rows/);
  });

  it('SUP-07 says of a do-not-mail list whether it was only checked, added or known before', async () => {
    const { path } = await testInstallation();
    const home = join(path, '..');
    writeFileSync(join(home, 'block.csv'), 'domain\nblocked.example\n');
    const heads = [];
    for (const more of [['--dry-run'], [], []]) heads.push((await cli(['suppress', 'import', 'block.csv', ...more, '--data', home], { cwd: home })).out.split('\n')[0]);
    expect(heads).toEqual(['Checked; nothing was stored.', expect.stringMatching(/^rows +1$/), 'This file was imported before; nothing changed.']);
  });

  it('ends with 6 on a folder from a newer version, and changes nothing', async () => {
    const { path, data } = await testInstallation();
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, 'format.json'), '{"format":"outright-data-folder","version":99,"secrets":[]}');
    const { exit, json } = await cli(['clocks', '--json', '--data', join(path, '..')]);
    expect(exit).toBe(6);
    expect(json).toMatchObject({ code: 'data-folder-newer' });
  });

  it('ends with 6 on a folder that another process holds without answering', async () => {
    const { path, data } = await testInstallation();
    const engine = await openEmbeddedEngine({ dataFolder: data, clock: new SystemClock() });
    const { exit, json } = await cli(['clocks', '--json', '--data', join(path, '..')], { env: { OUTRIGHT_PATIENCE_MS: '50' } });
    await engine.close();
    expect(exit).toBe(6);
    expect(json).toMatchObject({ code: 'data-folder-in-use', rule: 'H14', retriable: true });
  });

  it('ends with 130 when interrupted', async () => {
    const { path } = await testInstallation();
    const { exit, err } = await cli(['key', 'list', '--data', join(path, '..')], { signal: AbortSignal.abort() });
    expect(exit).toBe(130);
    expect(err).toContain('Interrupted');
  });
});
