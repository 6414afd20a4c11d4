import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import type { OutrightError } from '#kernel/errors';
import { parseInstallationConfig } from './installation-config.js';

const services = {
  mongo: { urlEnv: 'MONGO_URL' }, vault: { urlFile: './secrets/vault.url' }, redis: { url: 'redis://redis:6379' },
  kafka: { brokers: ['kafka-1:9092', 'kafka-2:9092'], prefix: 'sales' },
};
const installation = (more: object): string => stringify({
  version: 1, publicUrl: 'http://127.0.0.1:3000', ...more,
  company: {
    name: 'Pakiruum Scanners OÜ', establishmentCountry: 'EE', privacyContact: 'privacy@sender.example',
    postalAddress: { street: 'Tartu mnt 83', locality: 'Tallinn', postcode: '10115', country: 'EE' },
  },
});
const distributed = (more: object) => installation({ engine: 'distributed', distributed: { ...services, ...more } });

function refusal(text: string): OutrightError {
  try {
    parseInstallationConfig(text);
  } catch (error) {
    return error as OutrightError;
  }
  throw new Error('accepted');
}

describe('services of the distributed engine', () => {
  it('have defaults for what has no better value', () => {
    expect(parseInstallationConfig(distributed({})).distributed?.kafka).toMatchObject({ partitions: 12, partitionsOf: {}, replicas: 3, tls: false });
  });

  it.each([
    ['services with the embedded engine', installation({ distributed: services }), 'engine is embedded'],
    ['the distributed engine without services', installation({ engine: 'distributed' }), 'engine is distributed'],
  ])('%s are refused with the fix', (_, text, said) => {
    expect(refusal(text)).toMatchObject({ code: 'bad-config', exit: 2, message: expect.stringContaining(said), fix: expect.stringContaining('distributed') });
  });

  it.each([
    ['a MongoDB address without a database', { mongo: { url: 'mongodb://mongo:27017' } }, 'distributed.mongo.url'],
    ['two addresses of one service', { redis: { url: 'redis://redis', urlEnv: 'REDIS_URL' } }, 'distributed.redis'],
    ['no address of a service', { vault: {} }, 'distributed.vault'],
    ['a broker without a port', { kafka: { brokers: ['kafka'] } }, 'distributed.kafka.brokers.0'],
    ['a prefix that topics cannot have', { kafka: { brokers: ['kafka:9092'], prefix: 'Sales Team' } }, 'distributed.kafka.prefix'],
    ['no partition', { kafka: { brokers: ['kafka:9092'], partitions: 0 } }, 'distributed.kafka.partitions'],
    ['a user without a password', { kafka: { brokers: ['kafka:9092'], sasl: { mechanism: 'plain', user: 'app' } } }, 'distributed.kafka.sasl'],
    ['a key nobody knows', { redis: { url: 'redis://redis', cluster: true } }, 'distributed.redis'],
  ])('%s is an error that names it', (_, more, named) => {
    expect(refusal(distributed(more))).toMatchObject({ code: 'bad-config', exit: 2, message: expect.stringContaining(named) });
  });

  it.each(['mongodb://app:s3cret@mongo:27017/outright', 'mongodb+srv://app:s3cret@mongo/outright'])('SEC-02 an address with a password is refused, and not repeated (%#)', (url) => {
    const error = refusal(distributed({ mongo: { url } }));
    expect(error).toMatchObject({ code: 'bad-config', message: expect.stringMatching(/urlEnv or urlFile/) });
    expect(JSON.stringify([error.message, error.fix, error.findings])).not.toContain('s3cret');
  });
});
