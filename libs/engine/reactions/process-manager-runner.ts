import type { Doc, Projection } from '#kernel/projection';
import type { ProcessManager } from '#kernel/process-manager';
import { decodeEvent } from '#engine/event-log/event-codec';
import { isOutage } from '#engine/event-feed/handler-failure';
import { atMost } from '#engine/clock/at-most';
import type { Clock } from '#engine/clock/clock.port';
import type { EventFeed, Subscription } from '#engine/event-feed/event-feed.port';
import type { Leases } from '#engine/leases/leases.port';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import { declareCollections } from './declare-collections.js';
import { projectBatch } from './projection-runner.js';

type OwedDoc = Doc & { owed: 0 | 1; nextAt: string };
export type AnyProcessManager = ProcessManager<OwedDoc, unknown>;
export interface Failure { readonly processManager: string; readonly error: unknown; readonly at: Date; readonly attempts: number }

const PAGE = 100;
/** Longest wait of a stop for the command in hand, milliseconds: every command bears to be cut off, as by a crash. */
const STOP_MS = 2_000;

interface Attempts { readonly failure: Failure; readonly notBefore: number; readonly round: number }

/** Longest distance between two tries of a command that fails, and of one that a service in outage lets fail, milliseconds. */
const LONGEST_WAIT = 60_000;
const OUTAGE_WAIT = 2_000;

/**
 * Runs process managers: folds what is owed from the feed and issues the commands of owed documents, first when caught up with
 * the head seen at the start, then after every batch and every tick. A failing command is tried again with growing distance.
 */
export class ProcessManagerRunner {
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly attempts = new Map<string, Attempts>();
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;
  private live = false;
  private round = 0;
  private stopped = false;
  readonly failures: Failure[] = [];

  constructor(
    private readonly feed: EventFeed,
    private readonly models: ReadModelStore,
    private readonly clock: Clock,
    private readonly managers: readonly AnyProcessManager[],
    private readonly execute: (command: unknown) => Promise<unknown>,
    /** Every process folds its share; the one that holds the lease acts. */
    private readonly leases?: Leases,
  ) {}

  /** Where it rejects it may be called again; until it has resolved nothing is issued. */
  async start(): Promise<void> {
    if (this.live) return;
    const tried = await Promise.allSettled(this.managers.filter(({ name }) => !this.subscriptions.has(name)).map((manager) => this.subscribe(manager)));
    // Only now: a second try must not meet the rest of the first.
    for (const one of tried) if (one.status === 'rejected') throw one.reason;
    await this.foldedUp();
    if (this.stopped) return;
    this.live = true;
    await this.act();
  }

  private async subscribe(manager: AnyProcessManager): Promise<void> {
    const consumer = `process-manager:${manager.name}`;
    const { name, version } = manager;
    await declareCollections(this.feed, this.models, consumer, [{ name, version, indexes: [...new Set(['owed', 'nextAt', ...manager.indexes])] }], this.leases);
    this.subscriptions.set(name, await this.feed.subscribe(consumer, async (stored) => {
      const events = stored.filter(({ type }) => manager.handlers[type] !== undefined).map(decodeEvent);
      if (events.length === 0) return;
      await projectBatch(manager as unknown as Projection, events, this.models);
      if (this.live) void this.act();
    }));
  }

  /** What fails as of the last look at it. A failure ends when the command succeeds, or is not owed any more. */
  standing(): readonly Failure[] {
    return [...this.attempts.values()].map(({ failure }) => failure);
  }

  /** Since when the oldest debt of a manager is owed; undefined where there is none, or none is worked here. */
  async owedSince(name: string): Promise<Date | undefined> {
    if (!this.live) return undefined;
    const { items: [oldest] } = await this.models.find<OwedDoc>(name, { where: { owed: 1 }, orderBy: { field: 'nextAt' }, limit: 1 });
    return oldest === undefined ? undefined : new Date(oldest.nextAt);
  }

  /** Looks at everything owed; resolves when a look that began after the call is over. Calls that wait share the next look. */
  act(): Promise<void> {
    this.next ??= this.running.then(() => {
      this.next = undefined;
      return (this.running = this.actOnce());
    });
    return this.next;
  }

  /** Acts until nothing more is owed now and no command brought news: for a moved clock and for a person who waits. */
  async settle(rounds = 50): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      const before = await this.feed.head();
      await this.foldedUp();
      await this.act();
      await this.feed.published();
      if ((await this.feed.head()) === before) return;
    }
  }

  async stop(): Promise<void> {
    this.live = false;
    this.stopped = true;
    await Promise.all([...this.subscriptions.values()].map((subscription) => subscription.stop()));
    await atMost(STOP_MS, this.next ?? this.running);
  }

  private async foldedUp(): Promise<void> {
    await Promise.all([...this.subscriptions.values()].map((subscription) => subscription.caughtUp()));
  }

  /** Never rejects: what one manager cannot do is a failure of its own and stops no other. */
  private async actOnce(): Promise<void> {
    if (!this.live || !(await this.leads())) return;
    for (const manager of this.managers) {
      const now = this.clock.now();
      this.round += 1;
      await this.look(manager).then(() => this.forgive(manager)).catch((error: unknown) => this.failed(manager, `${manager.name}:look`, error, now));
    }
  }

  private async leads(): Promise<boolean> {
    try {
      return (await this.leases?.hold('reactions')) ?? true;
    } catch {
      // Asked again with the next look.
      return false;
    }
  }

  /** A whole look that did not meet them: they are not owed any more. */
  private forgive(manager: AnyProcessManager): void {
    for (const [key, { failure, round }] of this.attempts) if (failure.processManager === manager.name && round < this.round) this.attempts.delete(key);
  }

  private async look(manager: AnyProcessManager): Promise<void> {
    let cursor: string | undefined;
    do {
      const now = this.clock.now();
      const page = await this.models.find<OwedDoc & { id?: string }>(manager.name, {
        where: { owed: 1 }, range: { field: 'nextAt', to: new Date(now.getTime() + 1).toISOString() },
        orderBy: { field: 'nextAt' }, limit: PAGE, ...(cursor === undefined ? {} : { cursor }),
      });
      for (const doc of page.items) {
        if (this.stopped) return;
        await this.perform(manager, doc, now);
      }
      cursor = page.next;
    } while (cursor !== undefined);
  }

  private async perform(manager: AnyProcessManager, doc: OwedDoc, now: Date): Promise<void> {
    let commands: readonly unknown[];
    try {
      commands = manager.due(doc, now);
    } catch (error) {
      this.failed(manager, `${manager.name}:due:${JSON.stringify(doc)}`, error, now);
      return;
    }
    for (const command of commands) {
      const key = `${manager.name}:${JSON.stringify(command)}`;
      const before = this.attempts.get(key);
      if (before !== undefined && before.notBefore > this.clock.monotonic()) {
        this.attempts.set(key, { ...before, round: this.round });
        return;
      }
      try {
        await this.execute(command);
        this.attempts.delete(key);
      } catch (error) {
        this.failed(manager, key, error, now);
        return;
      }
    }
  }

  private failed(manager: AnyProcessManager, key: string, error: unknown, at: Date): void {
    const attempts = (this.attempts.get(key)?.failure.attempts ?? 0) + 1;
    const failure = { processManager: manager.name, error, at, attempts };
    const wait = Math.min(isOutage(error) ? OUTAGE_WAIT : LONGEST_WAIT, 250 * 2 ** attempts);
    this.attempts.set(key, { failure, notBefore: this.clock.monotonic() + wait, round: this.round });
    this.failures.push(failure);
    if (this.failures.length > 1000) this.failures.shift();
  }
}
