import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { runningServices, uniqueName } from '#engine/distributed/services.fixture';
import { KafkaClient } from '#engine/kafka/kafka-client';
import { KafkaTopics } from './kafka.topics.js';
import { SeverableKafka } from './severable-kafka.fixture.js';

describe('Kafka topics', () => {
  const client = new KafkaClient({ brokers: runningServices().kafkaBrokers, clientId: 'outright-test' });
  const prefix = uniqueName('topics');
  const topics = new KafkaTopics(client, { prefix, partitions: { contact: 3, case: 1 } });
  beforeAll(() => topics.create());
  afterAll(async () => {
    await client.administer((admin) => admin.deleteTopics({ topics: topics.topics() }));
    await client.close();
  });

  it('keep everything for ever, compressed, in as many partitions as was said; making them again changes nothing', async () => {
    await topics.create();
    await topics.check();
    const { resources } = await client.administer((admin) => admin.describeConfigs({ includeSynonyms: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topics.topic('contact') }] }));
    const configs = Object.fromEntries(resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]));
    expect(configs).toMatchObject({ 'retention.ms': '-1', 'retention.bytes': '-1', 'cleanup.policy': 'delete', 'compression.type': 'gzip', 'min.insync.replicas': '1' });
  });

  // The controller acknowledges them before a busy broker knows them.
  it('that were made are there for whoever asks next, also when many are made at once', async () => {
    const many = Array.from({ length: 6 }, () => new KafkaTopics(client, { prefix: uniqueName('many'), partitions: { contact: 12, case: 4, campaign: 6 } }));
    await Promise.all(many.map(async (one) => {
      await one.create();
      await one.check();
    }));
    await client.administer((admin) => admin.deleteTopics({ topics: many.flatMap((one) => one.topics()) }));
  });

  it('a missing topic is named, and is not made on the way', async () => {
    const more = new KafkaTopics(client, { prefix, partitions: { contact: 3, case: 1, campaign: 2 } });
    await expect(more.check()).rejects.toMatchObject({ code: 'topics-missing', message: `Kafka has no topic ${prefix}.campaign.`, fix: expect.stringMatching(/Create the topics .+`outright prepare`/) });
    await expect(more.check()).rejects.toMatchObject({ code: 'topics-missing' });
  });

  it('another partition count is refused', async () => {
    await expect(new KafkaTopics(client, { prefix, partitions: { contact: 6, case: 1 } }).check()).rejects.toMatchObject({
      code: 'topic-partitions-differ', message: `Topic ${prefix}.contact has 3 partitions, and 6 are configured.`, fix: expect.stringContaining('Configure 3'),
    });
  });

  it('a topic that forgets is refused', async () => {
    const short = new KafkaTopics(client, { prefix: uniqueName('short'), partitions: { contact: 1 } });
    await short.create();
    await client.administer((admin) => admin.alterConfigs({ validateOnly: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: short.topic('contact'), configEntries: [{ name: 'retention.ms', value: '604800000' }] }] }));
    await expect(short.check()).rejects.toMatchObject({ code: 'topic-forgets', message: expect.stringContaining('retention.ms=604800000') });
    await client.administer((admin) => admin.deleteTopics({ topics: short.topics() }));
  });

  it('an unreachable broker is a clear error within bounds, and is not retried in silence', async () => {
    const nobody = new SeverableKafka();
    nobody.cut();
    const began = performance.now();
    await expect(new KafkaTopics(nobody.client, topics.layout).check()).rejects.toMatchObject({
      code: 'kafka-unreachable', retriable: true, status: 503, message: expect.stringContaining('127.0.0.1:'), fix: expect.stringContaining('Is Kafka running at'),
    });
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});
