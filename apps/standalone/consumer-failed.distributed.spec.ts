import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Partitioners } from 'kafkajs';
import { KafkaClient } from '#engine/kafka/kafka-client';
import type { DistributedConfig } from '#tenancy/domain/distributed-config';
import { distributed } from '#test/support/distributed';
import { testInstallation } from '#test/support/installation';
import { served } from '#test/support/served';
import { removeTempFolders } from '#test/support/temp-folder';
import { servicesOf } from './services.js';

const services = distributed();
afterAll(async () => {
  await services.remove();
  removeTempFolders();
});

/** Somebody else writes to a topic of the log: no consumer can go on there, and none may step over it. */
async function writeNonsense(config: DistributedConfig): Promise<void> {
  const { kafka, layout } = servicesOf(config);
  const client = new KafkaClient(kafka);
  const producer = client.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic: `${layout.prefix}.contact`, messages: [{ key: 'no-event', value: 'nonsense' }] });
  await producer.disconnect();
  await client.close();
}

describe('a process whose consumer has failed for good', () => {
  it('H5 stops gracefully and ends with an exit code that lets a supervisor start it again', async () => {
    const extra = await services.settings() as { distributed: DistributedConfig };
    const config = await testInstallation({ extra });
    const app = await served(join(config.path, '..'));
    await writeNonsense(extra.distributed);
    const began = performance.now();
    const { code, err } = await app.ended;
    expect(code).toBe(1);
    // Its tries of the batch, then a stop of at most ten seconds.
    expect(performance.now() - began).toBeLessThan(13_000);
    expect(err).toMatch(/consumer [a-z:-]+.*subscription-failed/);
  });
});
