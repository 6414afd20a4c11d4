import type { EventFeed } from '#engine/event-feed/event-feed.port';
import type { Leases } from '#engine/leases/leases.port';
import type { CollectionDef, ReadModelStore } from '#engine/read-models/read-model.port';

/**
 * Declares a consumer's collections. One that is new, or was rebuilt, sends the consumer back to the beginning of the log; documents are
 * guarded by stream version, so reading everything again changes nothing else.
 */
export function declareCollections(feed: EventFeed, models: ReadModelStore, consumer: string, collections: readonly CollectionDef[], leases?: Leases): Promise<void> {
  const declare = (): Promise<void> => declareNow(feed, models, consumer, collections);
  // Two processes at once would both go back, each as a group of its own.
  return leases === undefined ? declare() : leases.alone('declare', declare);
}

async function declareNow(feed: EventFeed, models: ReadModelStore, consumer: string, collections: readonly CollectionDef[]): Promise<void> {
  const unseen: string[] = [];
  let again = false;
  for (const collection of collections) {
    const { rebuilt } = await models.declare(collection);
    const marker = `declared:${consumer}:${collection.name}`;
    if ((await models.checkpoint(marker)) === 0) unseen.push(marker);
    again ||= rebuilt;
  }
  if (again || unseen.length > 0) await feed.reset(consumer);
  for (const marker of unseen) await models.saveCheckpoint(marker, 1);
}
