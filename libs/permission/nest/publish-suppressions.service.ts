import { randomBytes } from 'node:crypto';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { Clock } from '#engine/clock/clock.port';
import type { ContactRegistry, SuppressionEntry } from '#engine/contact-registry/contact-registry.port';
import { prepareEvent } from '#engine/event-log/event-codec';
import type { EventStore } from '#engine/event-store/event-store.port';
import type { WakeUps } from '#engine/wake-ups/wake-ups.port';
import { randomId } from '#kernel/ids';

const TOPIC = 'publish-suppressions';
const DAY_MS = 86_400_000;
const BATCH = 500;

/**
 * Puts the suppression entries of past days into the log, once a day and shuffled (INV-13): each event stands alone on a random stream,
 * with the day as its only time and nothing that caused it. The index itself was authoritative all along.
 */
@Injectable()
export class PublishSuppressions {
  constructor(
    @Inject(TOKENS.registry) private readonly registry: ContactRegistry,
    @Inject(TOKENS.eventStore) private readonly store: EventStore,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
    @Inject(TOKENS.clock) private readonly clock: Clock,
    @Optional() @Inject(TOKENS.wakeUps) private readonly wakeUps: WakeUps | undefined,
  ) {}

  /** From now on by itself, each day. */
  async start(): Promise<void> {
    this.wakeUps?.handle(TOPIC, async () => {
      try {
        await this.publish();
      } finally {
        await this.wakeUps?.schedule(TOPIC, 'daily', new Date(this.startOfDay().getTime() + DAY_MS));
      }
    });
    await this.wakeUps?.schedule(TOPIC, 'daily', this.clock.now());
  }

  /** Publishes everything of the days before today; returns how many entries. A crash in between may publish some of them twice. */
  async publish(): Promise<number> {
    const today = this.startOfDay();
    let published = 0;
    for (;;) {
      const entries = await this.registry.unpublished(today.toISOString().slice(0, 10), BATCH);
      if (entries.length === 0) return published;
      for (const [day, ofDay] of byDay(entries)) await this.append(day, ofDay, today);
      await this.registry.markPublished(entries);
      published += entries.length;
    }
  }

  private async append(day: string, entries: readonly SuppressionEntry[], today: Date): Promise<void> {
    const streamId = randomId(randomBytes, 'suppression');
    const data = { day, entries: entries.map(({ kind, strict, loose, keyVersion, scope, reason }) => ({ kind, strict, loose, keyVersion, scope, reason })) };
    const meta = { tenantId: this.tenancy.tenantId, actor: { kind: 'system', id: TOPIC } as const, policyVersion: this.tenancy.policyVersion() };
    // Not through the event log, which would stamp the instant of recording.
    const event = prepareEvent(streamId, { type: 'SuppressionAdded', data }, meta, today, () => undefined, randomBytes);
    await this.store.append({ commitId: randomId(randomBytes), streamId, expected: 0, events: [event] });
  }

  private startOfDay(): Date {
    return new Date(Math.floor(this.clock.now().getTime() / DAY_MS) * DAY_MS);
  }
}

function byDay(entries: readonly SuppressionEntry[]): Map<string, SuppressionEntry[]> {
  const days = new Map<string, SuppressionEntry[]>();
  for (const entry of entries) days.set(entry.day, [...(days.get(entry.day) ?? []), entry]);
  return days;
}
