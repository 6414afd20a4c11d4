import { Inject, Injectable } from '@nestjs/common';
import { COLLECTIONS } from '#contracts/read-models';
import { TOKENS } from '#contracts/api/tokens';
import type { Clock } from '#engine/clock/clock.port';
import type { Engine } from '#engine/engine.port';
import { exposition } from './exposition.js';
import { HealthService } from './health.service.js';

/** Counted by queries when asked, never kept. Nothing personal, and no label that grows with data. */
@Injectable()
export class MetricsService {
  constructor(
    @Inject(TOKENS.engine) private readonly engine: Engine,
    @Inject(TOKENS.clock) private readonly clock: Clock,
    @Inject(HealthService) private readonly health: HealthService,
  ) {}

  async text(): Promise<string> {
    const { readModels, feed } = this.engine;
    const consumers = feed.subscriptions();
    const known = <T>(asked: Promise<T>): Promise<T | undefined> => asked.catch(() => undefined);
    const [head, dispatches, overlaps, clocks, erasures, lags, owed, letters] = await Promise.all([
      known(feed.head()),
      known(readModels.count(COLLECTIONS.dispatches, undefined, 'status')),
      known(readModels.count(COLLECTIONS.overlaps)),
      known(readModels.find(COLLECTIONS.clocks, { where: { state: 'open' }, range: { field: 'dueAt', to: this.clock.now().toISOString() }, limit: 500 })),
      known(readModels.count(COLLECTIONS.erasures, undefined, 'state')),
      known(this.engine.lags()),
      this.health.optOutsOwedSince().then((since) => ({ since }), () => undefined),
      known(this.engine.deadLetters.open()),
    ]);
    return exposition({
      outright_log_position: head === undefined ? undefined : feed.count(head),
      outright_read_model_lag_events: this.health.readModelLag(),
      outright_consumer_lag_events: Object.fromEntries(consumers.map(({ consumer, lag }) => [consumer, lag])),
      outright_consumer_failed: Object.fromEntries(consumers.map(({ consumer, failure }) => [consumer, failure === undefined ? 0 : 1])),
      outright_dead_letters: letters === undefined ? undefined : tally([...consumers.map(({ consumer }) => consumer)], letters.map(({ consumer }) => consumer)),
      outright_relay_unpublished_commits: lags?.unpublishedCommits,
      outright_relay_oldest_unpublished_age_seconds: lags?.oldestUnpublishedSeconds,
      outright_opt_out_lag_seconds: owed === undefined ? undefined : owed.since === undefined ? 0 : Math.max(0, (this.clock.now().getTime() - owed.since.getTime()) / 1000),
      outright_wake_up_oldest_age_seconds: lags?.oldestWakeUpSeconds,
      outright_clocks_overdue: clocks?.items.length,
      outright_dispatches: dispatches,
      outright_dispatches_after_opt_out: overlaps === undefined ? undefined : sum(overlaps),
      outright_erasures: erasures,
      ...(await this.health.counts()),
      outright_service_up: Object.fromEntries(this.engine.services().map(({ service, up }) => [service, up ? 1 : 0])),
    });
  }
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0);

/** 0 for whoever has none. */
function tally(all: readonly string[], found: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(all.map((name) => [name, 0]));
  for (const name of found) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
