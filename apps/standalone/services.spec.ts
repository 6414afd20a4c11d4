import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STREAM_CATEGORIES } from '#contracts/define-event';
import type { OutrightError } from '#kernel/errors';
import { distributedConfig } from '#tenancy/domain/distributed-config';
import { removeTempFolders, tempFolder } from '#test/support/temp-folder';
import { servicesOf } from './services.js';

afterAll(removeTempFolders);
afterEach(() => void delete process.env.OUTRIGHT_TEST_MONGO);

const config = (more: object = {}, kafka: object = {}) => distributedConfig.parse({
  mongo: { url: 'mongodb://mongo/outright' }, vault: { url: 'mongodb://mongo/keys' }, redis: { url: 'redis://redis' }, kafka: { brokers: ['kafka:9092'], ...kafka }, ...more,
});
const refusal = (given: ReturnType<typeof config>): OutrightError => {
  try {
    servicesOf(given);
  } catch (error) {
    return error as OutrightError;
  }
  throw new Error('accepted');
};

describe('services of an installation', () => {
  it('SEC-02 takes addresses with credentials from the environment and from files', () => {
    const file = join(tempFolder('services'), 'vault.url');
    writeFileSync(file, 'mongodb://app:pw@vault/keys\n');
    process.env.OUTRIGHT_TEST_MONGO = 'mongodb://app:pw@mongo/outright';
    const { mongoUrl, vaultUrl } = servicesOf(config({ mongo: { urlEnv: 'OUTRIGHT_TEST_MONGO' }, vault: { urlFile: file } }));
    expect([mongoUrl, vaultUrl]).toEqual(['mongodb://app:pw@mongo/outright', 'mongodb://app:pw@vault/keys']);
  });

  it.each([[{ mongo: { urlEnv: 'OUTRIGHT_TEST_MONGO' } }, 'OUTRIGHT_TEST_MONGO'], [{ redis: { urlFile: '/nowhere/redis.url' } }, '/nowhere/redis.url']])(
    'SEC-02 a secret that is not there is named with the fix (%#)', (more, named) => {
      expect(refusal(config(more))).toMatchObject({ code: 'secret-missing', message: expect.stringContaining(named), fix: expect.stringMatching(/\w/) });
    });

  it('ERA-03 (partly) keys in the database of the log are refused, whoever the user is', () => {
    process.env.OUTRIGHT_TEST_MONGO = 'mongodb://app:s3cret@mongo/outright?tls=true';
    const error = refusal(config({ vault: { urlEnv: 'OUTRIGHT_TEST_MONGO' } }));
    expect(error).toMatchObject({ code: 'bad-config', fix: expect.stringContaining('database of their own') });
    expect(`${error.message} ${error.fix}`).not.toContain('s3cret');
  });

  it('gives every category of streams a topic, with its own number of partitions where one is said', () => {
    const { layout } = servicesOf(config({}, { partitions: 4, partitionsOf: { contact: 32 } }));
    expect(Object.keys(layout.partitions).sort()).toEqual([...STREAM_CATEGORIES].sort());
    expect(layout.partitions).toMatchObject({ contact: 32, campaign: 4 });
    expect(refusal(config({}, { partitionsOf: { contacts: 3 } }))).toMatchObject({ code: 'bad-config', message: expect.stringContaining('contacts') });
  });
});
