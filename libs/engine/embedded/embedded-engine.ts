import type { HeldBytes } from '#contracts/api/engine-files';
import type { RandomSource } from '#kernel/ids';
import type { Projection } from '#kernel/projection';
import type { Clock } from '#engine/clock/clock.port';
import { AddressTable } from '#engine/contact-registry/embedded.address-table';
import { EmbeddedContactRegistry } from '#engine/contact-registry/embedded.contact-registry';
import { SuppressionTable } from '#engine/contact-registry/embedded.suppression-table';
import { EmbeddedBlobStore } from '#engine/blob-store/embedded.blob-store';
import { EmbeddedCheckpointStore } from '#engine/checkpoint-store/embedded.checkpoint-store';
import { EmbeddedErasureLedger } from '#engine/erasure-ledger/embedded.erasure-ledger';
import { EmbeddedDeadLetters } from '#engine/dead-letters/embedded.dead-letters';
import { WrittenHead } from '#engine/event-feed/durable-head';
import { EmbeddedEventFeed, type FeedOptions } from '#engine/event-feed/embedded.event-feed';
import { EventAppender } from '#engine/event-store/embedded.event-appender';
import { EmbeddedEventStore } from '#engine/event-store/embedded.event-store';
import { EmbeddedKeyVault, openKeysDb } from '#engine/key-vault/embedded.key-vault';
import { EmbeddedLeases } from '#engine/leases/embedded.leases';
import { EmbeddedReadModels } from '#engine/read-models/embedded.read-models';
import type { ModelThread } from '#engine/read-models/thread/model-link';
import { ThreadedReadModels } from '#engine/read-models/thread/threaded.read-models';
import type { Projecting } from '#engine/reactions/projecting';
import { ProjectionRunner } from '#engine/reactions/projection-runner';
import { pooledRandomBytes } from '#engine/event-log/random-pool';
import { FileKeyProvider } from '#engine/secrets/file.key-provider';
import { FolderSecretRegister } from '#engine/secrets/folder.secret-register';
import { overdueSeconds } from '#engine/wake-ups/overdue-seconds';
import { EmbeddedWakeUps } from '#engine/wake-ups/embedded.wake-ups';
import { Checkpointer } from './checkpointer.js';
import { DataFolder } from './data-folder.js';
import { GroupCommitWriter, type GroupCommitOptions } from './group-commit.writer.js';
import { openOutrightDb } from './outright-db.schema.js';
import { WalFile } from './wal-file.js';

export interface EmbeddedEngineOptions {
  /** Made with mode 0700 if it does not exist. */
  readonly dataFolder: string;
  readonly clock: Clock;
  /** Seals the wrapping key on disk. */
  readonly passphrase?: string | undefined;
  /** Cryptographic unless a test gives its own. */
  readonly random?: RandomSource | undefined;
  readonly groupCommit?: Pick<GroupCommitOptions, 'maxJobs' | 'maxMillis'>;
  readonly feed?: FeedOptions;
  /** Read models are kept by a thread of its own, which brings the projections; without it by the event loop. */
  readonly modelThread?: ModelThread | undefined;
  /** Hears of wake-up handlers that threw. */
  readonly onWakeUpFailed?: (topic: string, error: unknown) => void;
  /** Hears once that write-ahead logs are no longer shortened off the event loop. */
  readonly onCheckpointsFailed?: (error: unknown) => void;
}

export type EmbeddedEngine = Awaited<ReturnType<typeof openEmbeddedEngine>>;

/**
 * Everything on one machine, in one folder, for one process.
 * @throws OutrightError `data-folder-in-use`, `data-folder-newer`, `data-folder-unreadable`
 */
export async function openEmbeddedEngine(options: EmbeddedEngineOptions) {
  const { clock, random = pooledRandomBytes } = options;
  const folder = DataFolder.open(options.dataFolder);
  const opened: { close(): unknown }[] = [folder];
  try {
    const disk = { hasRoom: () => folder.hasRoom(), freeSpace: () => folder.spendReserve() };
    const db = openOutrightDb(folder.events);
    opened.push(db);
    const keysDb = openKeysDb(folder.keys);
    opened.push(keysDb);
    const checkpointer = new Checkpointer(options.onCheckpointsFailed);
    const [wal, keysWal] = [new WalFile(db), new WalFile(keysDb)];
    opened.push(wal, keysWal);
    const writer = new GroupCommitWriter(db, { ...options.groupCommit, ...disk, wal });
    const keysWriter = new GroupCommitWriter(keysDb, { ...disk, wal: keysWal });
    checkpointer.watch(db, writer, wal);
    checkpointer.watch(keysDb, keysWriter, keysWal);
    const keyProvider = new FileKeyProvider({ folder: folder.secrets, register: new FolderSecretRegister(folder), random, passphrase: options.passphrase });
    const appender = new EventAppender(db);
    writer.onRollback(() => appender.heads.forget());
    const head = new WrittenHead(db, writer);
    const deadLetters = new EmbeddedDeadLetters(folder.deadLetters, clock, random);
    opened.push(deadLetters);
    const threaded = options.modelThread === undefined ? undefined : new ThreadedReadModels({ thread: options.modelThread, readModels: folder.readModels, events: folder.events, deadLetters: folder.deadLetters, head });
    const readModels = threaded ?? new EmbeddedReadModels(folder.readModels, checkpointer);
    opened.push(readModels);
    const feed = new EmbeddedEventFeed(db, head, readModels, deadLetters, options.feed, appender.recent);
    if (threaded !== undefined) feed.watch(() => threaded.state());
    const wakeUps = new EmbeddedWakeUps(clock, options.onWakeUpFailed);
    const vault = new EmbeddedKeyVault(keysDb, keysWriter, keyProvider, random, { beforeDestroy: () => writer.durable(), truncate: () => checkpointer.truncate(keysDb) });
    const registry = new EmbeddedContactRegistry(writer, appender, new AddressTable(db), new SuppressionTable(db, random));
    let closing: Promise<void> | undefined;

    return {
      clock,
      folder,
      keyProvider,
      store: new EmbeddedEventStore(db, writer, appender),
      feed,
      deadLetters,
      registry,
      readModels,
      vault,
      wakeUps,
      checkpoints: new EmbeddedCheckpointStore(folder.checkpoints),
      erasureLedger: new EmbeddedErasureLedger(folder.erasureLedger),
      blobs: new EmbeddedBlobStore(folder.path),
      leases: new EmbeddedLeases(),
      /** Keeps read models up to date; a thread of its own has its projections from its module. */
      projecting: (projections: readonly Projection[]): Projecting => threaded ?? new ProjectionRunner(feed, readModels, projections),
      /** Why the engine writes nothing any more, if so. */
      failure: () => writer.failure ?? keysWriter.failure,
      lags: async () => ({ unpublishedCommits: 0, oldestUnpublishedSeconds: 0, oldestWakeUpSeconds: overdueSeconds(await wakeUps.earliest(), clock) }),
      services: () => [],
      /** Write-ahead logs that are shortened on the event loop; writing goes on. */
      degradations: () => (checkpointer.failure === undefined ? [] : [{ what: 'write-ahead logs', failure: checkpointer.failure }]),
      async *elsewhere(): AsyncGenerator<HeldBytes> {},
      /** Destroyed and deleted bytes are gone from every file when it resolves. */
      async scrub(): Promise<void> {
        await registry.scrub();
        await checkpointer.truncate(db);
        await readModels.scrub();
        await vault.scrub();
      },
      close(): Promise<void> {
        closing ??= (async () => {
          await wakeUps.stop();
          await feed.close();
          await writer.close();
          await keysWriter.close();
          await checkpointer.close();
          await readModels.close();
          for (const part of [deadLetters, keysWal, wal, keysDb, db, folder]) part.close();
        })();
        return closing;
      },
    };
  } catch (error) {
    for (const part of opened.reverse()) await part.close();
    throw error;
  }
}
