import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { settingList } from '#compliance/domain/setting-list';
import { loadConfigFile } from '#tenancy/nest/config-file';
import { cli, INIT_FLAGS } from '#test/support/cli';
import { tempFolder } from '#test/support/temp-folder';

const ANSWERS = {
  'Legal name': 'Pakiruum Scanners OÜ', Street: 'Tartu mnt 83', Postcode: '10115', Town: 'Tallinn', 'Country (': 'EE', 'Privacy contact': 'privacy@sender.example',
  'Address that messages': 'sales@sender.example', 'Addresses for test': 'one@tester.example, two@tester.example',
};
const SERVICES = ['--engine', 'distributed', '--mongo', 'mongodb://mongo/outright', '--vault', 'mongodb://vault/keys', '--redis', 'redis://redis:6379', '--kafka', 'kafka-1:9092, kafka-2:9092'];

describe('outright init', () => {
  it('ROL-07 (partly) writes a commented file that loads, and a first key that works', async () => {
    const folder = join(tempFolder('init'), 'home');
    const { exit, json } = await cli(['init', '--data', folder, '--json', ...INIT_FLAGS]);
    expect(exit).toBe(0);
    const text = readFileSync(join(folder, 'outright.yaml'), 'utf8');
    const config = loadConfigFile(join(folder, 'outright.yaml'));
    expect(config.company).toMatchObject({ name: 'Pakiruum Scanners OÜ', establishmentCountry: 'EE' });
    for (const { key } of settingList) expect(text).toContain(`${key}:`);
    expect(json.key.key).toMatch(/^ork_[0-9a-f]{16}_[\w-]{43}$/);
    expect(json.publish).toMatchObject({ name: 'outright._domainkey.sender.example', value: expect.stringMatching(/^v=DKIM1; k=rsa; p=/) });
    const { json: keys } = await cli(['key', 'list', '--data', folder, '--json']);
    expect(keys.items).toMatchObject([{ keyId: json.key.keyId, role: 'officer', usable: true }]);
  });

  it('SEC-02 (partly) leaves files that only their owner reads, and no key in any of them', async () => {
    const folder = tempFolder('init');
    const { json } = await cli(['init', '--data', folder, '--json', ...INIT_FLAGS]);
    for (const name of ['outright.yaml', 'secrets/outright._domainkey.sender.example.pem', 'data']) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    expect(readFileSync(join(folder, 'outright.yaml'), 'utf8')).not.toContain(json.key.key);
  });

  it('asks a person at a terminal, with defaults', async () => {
    const folder = tempFolder('init');
    const { exit, out } = await cli(['init', '--data', folder, '--port', '0'], { answers: ANSWERS });
    expect(exit).toBe(0);
    expect(out).toMatch(/It is shown this once:\n\n {2}ork_/);
    expect(loadConfigFile(join(folder, 'outright.yaml'))).toMatchObject({
      testRecipients: ['one@tester.example', 'two@tester.example'], senders: { sales: { fromName: 'Pakiruum Scanners OÜ', fromAddress: 'sales@sender.example' } },
    });
  });

  it.each([
    ['that of a publicUrl on this machine', ['--public-url', 'http://127.0.0.1:4010'], 4010], ['80 where that names none', ['--public-url', 'http://localhost'], 80],
    ['3000 behind a proxy', ['--public-url', 'https://mail.sender.example'], 3000], ['3000 where nothing is said', [], 3000], ['the one that was given', ['--public-url', 'http://127.0.0.1:4010', '--port', '4020'], 4020],
  ])('takes as http.port %s', async (_, options, port) => {
    const folder = tempFolder('init');
    expect((await cli(['init', '--data', folder, ...INIT_FLAGS.slice(0, INIT_FLAGS.indexOf('--port')), ...options])).exit).toBe(0);
    expect(loadConfigFile(join(folder, 'outright.yaml')).http.port).toBe(port);
  });

  it('takes test recipients from standard input only', async () => {
    const folder = tempFolder('init');
    expect((await cli(['init', '--data', folder, ...INIT_FLAGS, '--test-recipients', 'one@tester.example'])).exit).toBe(2);
    expect((await cli(['init', '--data', folder, ...INIT_FLAGS, '--test-recipients', '-'], { stdin: 'one@tester.example\n' })).exit).toBe(0);
    expect(loadConfigFile(join(folder, 'outright.yaml')).testRecipients).toEqual(['one@tester.example']);
  });

  it('names every option that is missing where nobody can be asked', async () => {
    const { exit, err } = await cli(['init', '--data', tempFolder('init')]);
    expect(exit).toBe(2);
    expect(err).toContain('--name, --street, --postcode, --locality, --country, --privacy-contact, --from-name, --from-address');
  });

  it.each([
    ['a placeholder', '--street', 'Your Street'], ['nothing but space', '--locality', '   '], ['a postcode of another country', '--postcode', 'SW1A'],
  ])('SND-02 (partly) refuses %s as postal address', async (_, option, value) => {
    const { exit, json } = await cli(['init', '--data', tempFolder('init'), '--json', ...INIT_FLAGS, option, value]);
    expect(exit).toBe(2);
    expect(json).toMatchObject({ rule: 'SND-02', code: 'bad-postal-address' });
  });

  it('OPT-01 (partly) refuses SMTP beyond this machine without a public https address, before it writes anything', async () => {
    const folder = tempFolder('init');
    const { exit, json } = await cli(['init', '--data', folder, '--json', ...INIT_FLAGS, '--smtp', 'mail.sender.example:587']);
    expect(exit).toBe(3);
    expect(json).toMatchObject({ code: 'public-url-not-public', rule: 'OPT-01' });
    expect((await cli(['init', '--data', folder, ...INIT_FLAGS])).exit).toBe(0);
  });

  it('makes the data folder before the file that names it: where it cannot, init may be run again', async () => {
    const folder = tempFolder('init');
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'photo.jpg'), '');
    expect(await cli(['init', '--data', folder, '--json', ...INIT_FLAGS])).toMatchObject({ exit: 6, json: { code: 'not-a-data-folder' } });
    expect(readdirSync(folder).sort()).toEqual(['data', 'secrets']);
    rmSync(join(folder, 'data', 'photo.jpg'));
    expect((await cli(['init', '--data', folder, ...INIT_FLAGS])).exit).toBe(0);
    expect((await cli(['clocks', '--data', folder])).exit).toBe(0);
  });

  it('says nothing of engines in the file of the embedded one', async () => {
    const folder = tempFolder('init');
    expect((await cli(['init', '--data', folder, ...INIT_FLAGS])).exit).toBe(0);
    expect(readFileSync(join(folder, 'outright.yaml'), 'utf8')).not.toMatch(/engine|distributed/);
  });

  it('SEC-02 (partly) writes the services of the distributed engine, with credentials by name alone, and asks none of them', async () => {
    const folder = tempFolder('init');
    const { exit, json } = await cli(['init', '--data', folder, '--json', ...INIT_FLAGS, ...SERVICES, '--mongo', 'env:MONGO_URL', '--vault', 'file:./secrets/vault.url', '--kafka-replicas', '1']);
    expect([exit, Object.keys(json)]).toEqual([0, ['config', 'senderId', 'publish']]);
    expect(loadConfigFile(join(folder, 'outright.yaml'))).toMatchObject({
      engine: 'distributed', distributed: {
        mongo: { urlEnv: 'MONGO_URL' }, vault: { urlFile: join(folder, 'secrets', 'vault.url') }, redis: { url: 'redis://redis:6379' },
        kafka: { brokers: ['kafka-1:9092', 'kafka-2:9092'], prefix: 'outright', partitions: 12, replicas: 1 },
      },
    });
    expect(readFileSync(join(folder, 'outright.yaml'), 'utf8')).toMatch(/# Partitions of each topic are for ever[^]*# sasl:/);
  });

  it('asks for the services where a person says distributed, and names the next steps', async () => {
    const folder = tempFolder('init');
    const { exit, out } = await cli(['init', '--data', folder, '--port', '0'], { answers: {
      ...ANSWERS, 'Engine:': 'distributed', 'MongoDB of the log': 'mongodb://mongo/outright', 'MongoDB of the keys': 'mongodb://vault/keys', 'Redis, like': 'redis://redis', 'Kafka brokers': 'kafka:9092', 'Brokers that keep': '1',
    } });
    expect([exit, out]).toEqual([0, expect.stringMatching(/`outright prepare`, then `outright key create .+`, then `outright serve`/)]);
    expect(loadConfigFile(join(folder, 'outright.yaml')).distributed?.kafka).toMatchObject({ partitions: 12, replicas: 1 });
  });

  it.each([
    ['services that are not named', ['--engine', 'distributed'], 'usage', '--mongo, --vault, --redis, --kafka'], ['a service of the embedded engine', ['--redis', 'redis://redis'], 'usage', '--redis'],
    ['an engine nobody knows', ['--engine', 'quantum'], 'usage', 'quantum'], ['keys in the database of the log', [...SERVICES, '--vault', 'mongodb://mongo/outright?w=1'], 'bad-config', 'distributed.vault'],
    ['a wrong address', [...SERVICES, '--mongo', 'postgres://mongo/outright'], 'bad-config', 'distributed.mongo.url'], ['no broker', [...SERVICES, '--kafka', ' , '], 'bad-config', 'distributed.kafka.brokers'],
    ['an address with a password', [...SERVICES, '--redis', 'redis://:s3cret@redis:6379'], 'bad-config', 'urlEnv or urlFile'], ['a count that is none', [...SERVICES, '--kafka-partitions', 'many'], 'usage', '--kafka-partitions'],
  ])('SEC-02 (partly) refuses %s, before it writes anything', async (_, options, code, named) => {
    const folder = tempFolder('init');
    const { exit, json, out } = await cli(['init', '--data', folder, '--json', ...INIT_FLAGS, ...options]);
    expect([exit, json.code, json.title]).toEqual([2, code, expect.stringContaining(named)]);
    expect(out).not.toContain('s3cret');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('never writes over a file', async () => {
    const folder = tempFolder('init');
    writeFileSync(join(folder, 'outright.yaml'), 'mine');
    expect((await cli(['init', '--data', folder, ...INIT_FLAGS])).exit).toBe(2);
    expect(readFileSync(join(folder, 'outright.yaml'), 'utf8')).toBe('mine');
  });
});
