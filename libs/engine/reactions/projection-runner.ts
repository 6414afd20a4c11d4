import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Doc, Projection } from '#kernel/projection';
import type { RecordedEvent } from '#kernel/recorded-event';
import { decodeEvent } from '#engine/event-log/event-codec';
import type { EventFeed, FedEvent, Subscription } from '#engine/event-feed/event-feed.port';
import type { Projecting } from './projecting.js';
import { declareCollections } from './declare-collections.js';
import type { Leases } from '#engine/leases/leases.port';
import type { DocWrite, ReadModelStore } from '#engine/read-models/read-model.port';

/** Events decoded or folded, and documents read, in one turn of the event loop: opt-outs are answered in between. */
const DECODED_AT_ONCE = 64;
const FOLDED_AT_ONCE = 64;
const READ_AT_ONCE = 32;

interface Pending {
  doc: Doc | null | undefined;
  readVersion: number;
  write: DocWrite | undefined;
}

/** Folds a batch into one projection: each document is read once, changed in event order and written once. */
export async function projectBatch(projection: Projection, events: readonly RecordedEvent[], models: ReadModelStore): Promise<void> {
  const changes = events.flatMap((event) => {
    const handler = projection.handlers[event.type];
    return handler === undefined ? [] : handler(event).map((change) => ({ event, change }));
  });
  if (changes.length === 0) return;
  const stored = await read(projection.name, idsToRead(changes), models);
  const pending = new Map<string, Pending>();
  for (const [i, { event, change }] of changes.entries()) {
    if (i % FOLDED_AT_ONCE === FOLDED_AT_ONCE - 1) await nextTurn();
    const known = pending.get(change.id) ?? { doc: stored.get(change.id)?.doc, readVersion: stored.get(change.id)?.streamVersion ?? 0, write: undefined };
    // Several changes of one event may touch one document; older events may not.
    const last = known.write?.streamVersion ?? known.readVersion;
    if (event.streamVersion < last || (event.streamVersion === last && known.write === undefined)) continue;
    const next = change.change(known.doc ?? undefined);
    if (next !== undefined) {
      known.doc = next;
      known.write = { id: change.id, streamId: event.streamId, streamVersion: event.streamVersion, doc: next, readVersion: known.readVersion };
    }
    pending.set(change.id, known);
  }
  const writes = [...pending.values()].flatMap(({ write }) => (write === undefined ? [] : [write]));
  if (writes.length > 0) await models.apply(projection.name, writes);
}

/** A document whose stream begins in this batch is not there yet; where it is after all, because events come again, writing stops at its version. */
function idsToRead(changes: readonly { readonly event: RecordedEvent; readonly change: { readonly id: string } }[]): string[] {
  const begun = new Set<string>();
  const ids = new Set<string>();
  for (const { event, change: { id } } of changes) {
    if (event.streamVersion === 1) begun.add(id);
    else if (!begun.has(id)) ids.add(id);
  }
  return [...ids];
}

async function read(collection: string, ids: readonly string[], models: ReadModelStore): ReturnType<typeof models.getMany<Doc>> {
  const asked: ReturnType<typeof models.getMany<Doc>>[] = [];
  for (let at = 0; at < ids.length; at += READ_AT_ONCE) {
    if (at > 0) await nextTurn();
    const page = models.getMany<Doc>(collection, ids.slice(at, at + READ_AT_ONCE));
    // A failure is told below, not while other pages are still being asked for.
    page.catch(() => undefined);
    asked.push(page);
  }
  return new Map((await Promise.all(asked)).flatMap((page) => [...page]));
}

/** The name under which the product's projections read the feed. */
export const PROJECTIONS = 'projections';

/** Keeps a set of projections up to date from the feed, decoding each event once. */
export class ProjectionRunner implements Projecting {
  private subscription: Subscription | undefined;
  private readonly handled: ReadonlySet<string>;

  constructor(
    private readonly feed: EventFeed,
    private readonly models: ReadModelStore,
    readonly projections: readonly Projection[],
    private readonly consumer = PROJECTIONS,
    private readonly leases?: Leases,
  ) {
    this.handled = new Set(projections.flatMap(({ handlers }) => Object.keys(handlers)));
  }

  async start(): Promise<void> {
    await declareCollections(this.feed, this.models, this.consumer, this.projections, this.leases);
    this.subscription = await this.feed.subscribe(this.consumer, (events) => this.apply(events));
  }

  async caughtUp(): Promise<void> {
    await this.subscription?.caughtUp();
  }

  async stop(): Promise<void> {
    await this.subscription?.stop();
  }

  private async apply(stored: readonly FedEvent[]): Promise<void> {
    const events: RecordedEvent[] = [];
    for (const [i, event] of stored.filter(({ type }) => this.handled.has(type)).entries()) {
      if (i % DECODED_AT_ONCE === DECODED_AT_ONCE - 1) await nextTurn();
      events.push(decodeEvent(event));
    }
    // Asked for in one turn, so that their writes share a transaction.
    await Promise.all(this.projections.map((projection) => projectBatch(projection, events, this.models)));
  }
}
