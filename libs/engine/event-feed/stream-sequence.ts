import { EXIT, OutrightError } from '#kernel/errors';
import type { EventStore, StoredEvent } from '#engine/event-store/event-store.port';
import type { HandledVersions } from './handled-versions.js';

/** Streams whose versions are kept at hand. */
const MOST = 100_000;

/** Lets through, of each stream, exactly the version after the last one: older ones are dropped, missing ones are loaded from the authority. */
export class StreamSequence {
  private readonly known = new Map<string, number>();
  /** Of those, the ones of which nothing is kept. */
  private readonly absent = new Set<string>();

  constructor(private readonly group: string, private readonly versions: HandledVersions, private readonly store: Pick<EventStore, 'load'>) {}

  /** Asks how far the streams were handled, of those that are not known. */
  async learn(streams: Iterable<string>): Promise<void> {
    const unknown = [...streams].filter((streamId) => !this.known.has(streamId));
    if (unknown.length === 0) return;
    const stored = await this.versions.load(this.group, unknown);
    for (const streamId of unknown) {
      this.known.set(streamId, stored.get(streamId) ?? 0);
      if (!stored.has(streamId)) this.absent.add(streamId);
    }
  }

  /** What to handle now, in order. Nothing counts as handled before `handled` was called with it, and nothing is durable before `keep`. */
  async admit(records: readonly StoredEvent[]): Promise<StoredEvent[]> {
    await this.learn(new Set(records.map(({ streamId }) => streamId)));
    const last = new Map<string, number>();
    const admitted: StoredEvent[] = [];
    for (const event of records) {
      const before = last.get(event.streamId) ?? this.known.get(event.streamId)!;
      if (event.version <= before) continue;
      if (event.version > before + 1) admitted.push(...(await this.between(event, before)));
      admitted.push(event);
      last.set(event.streamId, event.version);
    }
    return admitted;
  }

  /** What comes next goes on from these. */
  handled(events: readonly StoredEvent[]): void {
    for (const { streamId, version } of events) this.known.set(streamId, version);
  }

  /** Makes durable what was handled, of each stream the last of the events. */
  async keep(events: readonly StoredEvent[]): Promise<void> {
    const last = new Map(events.map(({ streamId, version }) => [streamId, version]));
    await this.versions.save(this.group, last, this.absent);
    for (const streamId of last.keys()) this.absent.delete(streamId);
  }

  /** Only while all that was handled is kept: what is forgotten is asked for again. */
  trim(): void {
    if (this.known.size > MOST) this.forget();
  }

  /** Another process may have gone on with the stream, or with all of them. */
  forget(streamId?: string): void {
    if (streamId === undefined) {
      this.known.clear();
      this.absent.clear();
    } else {
      this.known.delete(streamId);
      this.absent.delete(streamId);
    }
  }

  /** A replay has handled the stream as far as this, and kept it. */
  reached(streamId: string, version: number): void {
    this.known.set(streamId, version);
    this.absent.delete(streamId);
  }

  private async between({ streamId, version }: StoredEvent, before: number): Promise<StoredEvent[]> {
    const missing = (await this.store.load(streamId, before)).filter((event) => event.version < version);
    if (missing.length === version - before - 1) return missing;
    throw new OutrightError(`Events ${before + 1} to ${version - 1} of ${streamId} are neither in the published log nor in the store.`, {
      code: 'history-missing', rule: 'H8', status: 503, exit: EXIT.fault, fix: 'Restore the store from its backup, and verify the history.',
    });
  }
}
