import type { KafkaClient } from '#engine/kafka/kafka-client';
import type { PartitionName } from './kafka.position.js';
import type { KafkaTopics } from './kafka.topics.js';

/** Where the next event of each partition will stand. */
export function endOffsets(client: KafkaClient, topics: KafkaTopics, categories: readonly string[]): Promise<Map<PartitionName, number>> {
  return client.shared(async (admin) => {
    const ends = new Map<PartitionName, number>();
    await Promise.all(categories.map(async (category) => {
      for (const { partition, high } of await admin.fetchTopicOffsets(topics.topic(category))) ends.set(`${category}/${partition}`, Number(high));
    }));
    return ends;
  });
}

/** What a group has handled; partitions of which it has handled nothing are absent. */
export function committedOffsets(client: KafkaClient, topics: KafkaTopics, groupId: string, categories: readonly string[]): Promise<Map<PartitionName, number>> {
  return client.shared(async (admin) => {
    const committed = new Map<PartitionName, number>();
    for (const { topic, partitions } of await admin.fetchOffsets({ groupId, topics: topics.topics(categories) })) {
      for (const { partition, offset } of partitions) if (Number(offset) >= 0) committed.set(`${topics.categoryOf(topic)}/${partition}`, Number(offset));
    }
    return committed;
  });
}
