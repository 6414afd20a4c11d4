import type { DurableHead } from '#engine/event-feed/durable-head';
import type { ConsumerState } from '#engine/event-feed/event-feed.port';
import { PROJECTIONS } from '#engine/reactions/projection-runner';
import type { Projecting } from '#engine/reactions/projecting';
import { checkNames } from '../doc-index.js';
import { DocReader, openReadModelsDb } from '../doc-reader.js';
import type { CollectionDef, DocWrite, ReadModelStore } from '../read-model.port.js';
import type { ModelThreadData } from './model-calls.js';
import { ModelLink, type ModelThread } from './model-link.js';

export interface ThreadedModelsOptions extends Omit<ModelThreadData, 'head'> {
  readonly thread: ModelThread;
  readonly head: DurableHead;
}

/**
 * Read models that a thread of its own keeps: it alone writes their file and folds the log, so that neither holds up the event loop,
 * which reads on a connection of its own. Should the thread end, every write fails, and says so, until a restart.
 */
export class ThreadedReadModels extends DocReader implements ReadModelStore, Projecting {
  private readonly link: ModelLink;
  private readonly head: DurableHead;
  private readonly unlisten: () => void;

  constructor({ thread, readModels, events, deadLetters, head }: ThreadedModelsOptions) {
    super(openReadModelsDb(readModels));
    this.db.pragma('query_only = ON');
    this.head = head;
    this.link = new ModelLink(thread, { readModels, events, deadLetters, head: head.now() });
    this.unlisten = head.onMove(() => this.link.tell(head.now()));
  }

  async declare(def: CollectionDef): Promise<{ rebuilt: boolean }> {
    checkNames(def);
    const answer = await this.link.ask('declare', def);
    this.add(def);
    return answer;
  }

  apply(collection: string, writes: readonly DocWrite[]): Promise<void> {
    return this.link.ask('apply', collection, writes);
  }

  blank(collection: string, field: string, value: string): Promise<number> {
    return this.link.ask('blank', collection, field, value);
  }

  saveCheckpoint(consumer: string, position: number): Promise<void> {
    return this.link.ask('saveCheckpoint', consumer, position);
  }

  scrub(): Promise<void> {
    return this.link.ask('scrub');
  }

  async start(): Promise<void> {
    for (const def of await this.link.ask('project')) this.add(def);
  }

  caughtUp(): Promise<void> {
    return this.link.ask('caughtUp');
  }

  /** A thread that has ended projects nothing any more, and keeps nobody from closing. */
  async stop(): Promise<void> {
    await this.link.ask('stopProjecting').catch(() => undefined);
  }

  /** Of the projections. */
  state(): ConsumerState {
    return { consumer: PROJECTIONS, lag: this.head.now() - this.checkpointNow(PROJECTIONS), failure: this.link.failure };
  }

  async close(): Promise<void> {
    if (!this.db.open) return;
    this.unlisten();
    await this.link.close();
    this.db.close();
  }
}
