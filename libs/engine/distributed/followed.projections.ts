import type { KafkaEventFeed } from '#engine/event-feed/kafka.event-feed';
import { PROJECTIONS } from '#engine/reactions/projection-runner';
import type { Projecting } from '#engine/reactions/projecting';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import type { Projection } from '#kernel/projection';

/** How long a caller waits for the workers, milliseconds. */
const PATIENCE_MS = 15_000;

/** Read models that workers keep up to date, for a process that only reads them. */
export class FollowedProjections implements Projecting {
  constructor(private readonly feed: KafkaEventFeed, private readonly models: ReadModelStore, private readonly projections: readonly Projection[]) {}

  /** A collection that this process is the first to declare is filled by the workers: they find that nobody has read the log for it. */
  async start(): Promise<void> {
    for (const projection of this.projections) await this.models.declare(projection);
  }

  async caughtUp(): Promise<void> {
    await this.feed.handledBy(PROJECTIONS, PATIENCE_MS);
  }

  async stop(): Promise<void> {}
}
