import { SystemClock } from '#engine/clock/system.clock';
import { openEmbeddedEngine } from '#engine/embedded/embedded-engine';
import { decodeEvent } from '#engine/event-log/event-codec';
import type { RecordedEvent } from '#kernel/recorded-event';
import type { LoadedConfig } from '#tenancy/nest/config-file';

/** Every event of an installation whose app has ended, oldest first. */
export async function readLog({ data }: Pick<LoadedConfig, 'data'>): Promise<RecordedEvent[]> {
  const engine = await openEmbeddedEngine({ dataFolder: data, clock: new SystemClock() });
  try {
    const events: RecordedEvent[] = [];
    for (let page = await engine.feed.read(0, 1_000); page.length > 0; page = await engine.feed.read(page.at(-1)!.position, 1_000)) events.push(...page.map(decodeEvent));
    return events;
  } finally {
    await engine.close();
  }
}
