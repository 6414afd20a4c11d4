import { Inject, Injectable } from '@nestjs/common';
import { ruleSetVersion } from '#compliance/domain/rule-set';
import type { CatchUp } from '#contracts/api/catch-up';
import type { EngineFiles } from '#contracts/api/engine-files';
import type { Tenancy } from '#contracts/api/tenancy';
import { TOKENS } from '#contracts/api/tokens';
import type { Clock } from '#engine/clock/clock.port';
import type { EventFeed } from '#engine/event-feed/event-feed.port';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import { CheckpointFiles } from './checkpoint-files.js';
import { summarise } from './read-model-summary.js';
import { ReplayService } from './replay.service.js';
import { reportPage } from './report-page.js';

/** The report for an officer or a regulator: of now from the read models, of an earlier instant by replay. */
@Injectable()
export class ReportService {
  constructor(
    @Inject(TOKENS.readModels) private readonly models: ReadModelStore,
    @Inject(TOKENS.catchUp) private readonly catchUp: CatchUp,
    @Inject(TOKENS.eventFeed) private readonly feed: EventFeed,
    @Inject(TOKENS.clock) private readonly clock: Clock,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
    @Inject(TOKENS.engine) private readonly engine: EngineFiles,
    @Inject(ReplayService) private readonly replays: ReplayService,
  ) {}

  /** @returns one self-contained HTML page */
  async html(at?: Date): Promise<string> {
    const has = (name: string) => this.replays.has(name);
    if (at !== undefined) {
      return this.replays.asOf(at, async (models, { events, policyVersion }) =>
        reportPage({ ...(await summarise(models, at, has)), replayed: true, policyVersion, ruleSetVersion, events, lastCheckpoint: await this.lastCheckpoint(at) }));
    }
    await this.catchUp.readModels();
    const now = this.clock.now();
    return reportPage({
      ...(await summarise(this.models, now, has)), replayed: false, policyVersion: this.tenancy.policyVersion(), ruleSetVersion,
      events: this.feed.count(await this.feed.head()), lastCheckpoint: await this.lastCheckpoint(now),
    });
  }

  private async lastCheckpoint(at: Date): Promise<{ n: number; takenAt: string } | undefined> {
    const files = new CheckpointFiles(this.engine.checkpoints);
    for (const n of (await files.numbers()).reverse()) {
      const checkpoint = await files.read(n);
      if (typeof checkpoint === 'object' && Date.parse(checkpoint.takenAt) <= at.getTime()) return { n, takenAt: checkpoint.takenAt };
    }
    return undefined;
  }
}
