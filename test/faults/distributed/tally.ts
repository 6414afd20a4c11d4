import { decodeEvent } from '#engine/event-log/event-codec';
import type { EventFeed, FedEvent, Subscription } from '#engine/event-feed/event-feed.port';
import { projectBatch } from '#engine/reactions/projection-runner';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import type { Projection } from '#kernel/projection';

interface Tally extends Record<string, unknown> {
  readonly streamId: string;
  /** How often an event was applied. */
  readonly applied: number;
  /** The version that was applied last. */
  readonly last: number;
  /** 1 once an event was applied that is not the one after the last. */
  readonly disordered: 0 | 1;
}

const BATCH = 25;

/** What members of one group handle and apply, counted per stream in the guarded documents that outlive every member. */
export class Tallies {
  private readonly projection: Projection<Tally> = {
    name: 'tally', version: 1, indexes: [],
    handlers: {
      RestrictionSet: ({ streamId, streamVersion }) => [{
        id: streamId,
        change: (tally) => ({
          streamId, applied: (tally?.applied ?? 0) + 1, last: streamVersion,
          disordered: tally?.disordered === 1 || streamVersion !== (tally?.last ?? 0) + 1 ? 1 : 0,
        }),
      }],
    },
  };
  /** Highest version that any member was given. */
  private readonly given = new Map<string, number>();
  /** Events that a member was given although a lower one of their stream had been given to nobody. */
  readonly early: string[] = [];
  /** Events that came again, as they may where a member died. */
  again = 0;
  handled = 0;

  private constructor(private readonly models: ReadModelStore) {}

  static async of(models: ReadModelStore): Promise<Tallies> {
    const tallies = new Tallies(models);
    await models.declare(tallies.projection);
    return tallies;
  }

  member(feed: EventFeed): Promise<Subscription> {
    return feed.subscribe('tally', (events) => this.apply(events), { batchSize: BATCH });
  }

  /** Per promise the streams that broke it; `times` events were appended to each. */
  async broken(streams: readonly string[], times: number): Promise<Record<'lost' | 'appliedTwice' | 'outOfOrder' | 'givenEarly', string[]>> {
    const found = await this.models.getMany<Tally>('tally', streams);
    const that = (wrong: (tally: Tally | undefined) => boolean) => streams.filter((streamId) => wrong(found.get(streamId)?.doc));
    return {
      lost: that((tally) => (tally?.last ?? 0) < times || (tally?.applied ?? 0) < times),
      appliedTwice: that((tally) => (tally?.applied ?? 0) > times),
      outOfOrder: that((tally) => tally?.disordered === 1),
      givenEarly: this.early,
    };
  }

  private async apply(events: readonly FedEvent[]): Promise<void> {
    for (const { streamId, version } of events) {
      const before = this.given.get(streamId) ?? 0;
      if (version > before + 1) this.early.push(`${streamId} ${version}`);
      if (version <= before) this.again += 1;
      else this.given.set(streamId, version);
    }
    await projectBatch(this.projection as unknown as Projection, events.map(decodeEvent), this.models);
    this.handled += events.length;
  }
}

/** For the line at the end. */
export const countsOf = (broken: Readonly<Record<string, readonly string[]>>): Record<string, number> => Object.fromEntries(Object.entries(broken).map(([promise, streams]) => [promise, streams.length]));

export const NOTHING_BROKEN = { lost: [], appliedTwice: [], outOfOrder: [], givenEarly: [] };
