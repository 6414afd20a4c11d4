import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import { COLLECTIONS } from '#contracts/read-models';
import type { Clock } from '#engine/clock/clock.port';
import { decodeEvent } from '#engine/event-log/event-codec';
import type { EventFeed, Position } from '#engine/event-feed/event-feed.port';
import { projectBatch } from '#engine/reactions/projection-runner';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import { BadInput, EXIT, OutrightError } from '#kernel/errors';
import type { Projection } from '#kernel/projection';
import { addToTotals, ErasedPersons, knownAt, noEvents, type LogTotals } from '../domain/state-at.js';
import { summarise, type Summary } from './read-model-summary.js';

export type FreshReadModels = () => ReadModelStore & { close(): Promise<void> };
export interface ReplayOptions {
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
export interface ReplayResult extends Summary {
  /** Says on every screen that this is the past, not the installation as it works now (AUD-02). */
  readonly mode: 'replay';
  readonly notice: string;
  readonly events: number;
  readonly policyVersion: string | undefined;
  readonly lastRecordedAt: string | undefined;
  readonly suppressionsPublished: number;
  readonly eventsByType: Readonly<Record<string, number>>;
}

const BATCH = 500;
/** Collections whose documents hold sealed values of a person; an erasure blanks them. */
const PERSONAL = [COLLECTIONS.prospects, COLLECTIONS.contacts] as const;

/** State as of any instant, from the log alone: into documents that nobody else sees, without a mail, a command or an append (INV-03). */
@Injectable()
export class ReplayService {
  private readonly logger = new Logger('replay');

  constructor(
    @Inject(TOKENS.eventFeed) private readonly feed: EventFeed,
    @Inject(TOKENS.projections) private readonly projections: readonly Projection[],
    @Inject(TOKENS.freshReadModels) private readonly fresh: FreshReadModels,
    @Inject(TOKENS.clock) private readonly clock: Clock,
  ) {}

  async replay(at: Date, options: ReplayOptions = {}): Promise<ReplayResult> {
    this.logger.log(`REPLAY MODE as of ${at.toISOString()}: nothing is sent and nothing is recorded.`);
    return this.asOf(at, async (models, totals) => ({
      mode: 'replay' as const,
      notice: `Replay mode: this is the state as of ${at.toISOString()}, folded from the log. Nothing was sent and nothing was recorded.`,
      ...(await summarise(models, at, (name) => this.has(name))),
      events: totals.events, policyVersion: totals.policyVersion, lastRecordedAt: totals.lastRecordedAt,
      suppressionsPublished: totals.suppressionsPublished, eventsByType: totals.byType,
    }), options);
  }

  has(collection: string): boolean {
    return this.projections.some(({ name }) => name === collection);
  }

  /**
   * Runs `look` over the read models as they stood at an instant, then throws them away.
   * @throws BadInput `instant-in-the-future`
   */
  async asOf<T>(at: Date, look: (models: ReadModelStore, totals: LogTotals) => Promise<T>, options: ReplayOptions = {}): Promise<T> {
    if (at.getTime() > this.clock.now().getTime()) {
      throw new BadInput('The asked instant has not come yet, so its state could still change.', { code: 'instant-in-the-future', rule: 'INV-11', fix: 'Ask for an instant that is past.' });
    }
    const models = this.fresh();
    try {
      for (const { name, version, indexes } of this.projections) await models.declare({ name, version, indexes });
      return await look(models, await this.fold(models, at, options));
    } finally {
      await models.close();
    }
  }

  /** Folds every event known at the instant; returns what no document holds. */
  private async fold(models: ReadModelStore, at: Date, { onProgress, signal }: ReplayOptions): Promise<LogTotals> {
    const head = await this.feed.head();
    const erased = new ErasedPersons();
    let totals = noEvents;
    for (let after: Position = 0; ; ) {
      if (signal?.aborted === true) throw new OutrightError('The replay was interrupted.', { code: 'interrupted', status: 503, exit: EXIT.interrupted, fix: 'Start it again.' });
      const batch = await this.feed.read(after, BATCH, { until: head });
      if (batch.length === 0) break;
      after = batch.at(-1)!.position;
      const events = batch.map(decodeEvent).filter((event) => knownAt(event, at));
      for (const projection of this.projections) await projectBatch(projection, events, models);
      for (const event of events) {
        const prospectId = erased.blankedBy(event);
        if (prospectId === undefined) continue;
        for (const name of PERSONAL) if (this.has(name)) await models.blank(name, 'prospectId', prospectId);
      }
      totals = addToTotals(totals, events);
      onProgress?.(this.feed.count(after), this.feed.count(head));
      await nextTurn();
    }
    return totals;
  }
}
