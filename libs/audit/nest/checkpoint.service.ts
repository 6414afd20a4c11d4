import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { EngineFiles } from '#contracts/api/engine-files';
import type { Installation } from '#contracts/api/installation';
import { TOKENS } from '#contracts/api/tokens';
import type { Clock } from '#engine/clock/clock.port';
import type { EventFeed, Position } from '#engine/event-feed/event-feed.port';
import type { StoredEvent } from '#engine/event-store/event-store.port';
import type { KeyProvider } from '#engine/secrets/key-provider.port';
import { hashEvent } from '#kernel/envelope';
import { EXIT, OutrightError } from '#kernel/errors';
import { checkpointId, signCheckpoint, type Checkpoint } from '../domain/checkpoint.js';
import { placeOf, signPlace } from '../domain/checkpoint-place.js';
import { merkleRoot, type StreamLeaf } from '../domain/merkle.js';
import { CheckpointFiles, CheckpointMirror } from './checkpoint-files.js';
import { IntegrityAlarm } from './integrity-alarm.js';

const BATCH = 500;

export type CheckpointTaken = { readonly checkpoint: Checkpoint; readonly mirrored: number | 'failed' | 'no-mirror' };

/**
 * Signs where every changed stream stands, and what was signed before. Whoever holds a copy elsewhere can tell later whether anything
 * older was changed; whoever holds the signing key could sign another history, which only such a copy reveals.
 */
@Injectable()
export class CheckpointService implements OnApplicationShutdown {
  private readonly logger = new Logger('checkpoints');
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(TOKENS.eventFeed) private readonly feed: EventFeed,
    @Inject(TOKENS.keyProvider) private readonly keys: KeyProvider,
    @Inject(TOKENS.clock) private readonly clock: Clock,
    @Inject(TOKENS.engine) private readonly engine: EngineFiles,
    @Inject(TOKENS.installation) private readonly installation: Pick<Installation, 'checkpointMirror'>,
    @Inject(IntegrityAlarm) private readonly alarm: IntegrityAlarm,
  ) {}

  /**
   * Takes a checkpoint of the streams that changed since the last one; undefined if none did. One at a time.
   * @throws OutrightError `history-damaged` where a stored event does not have its hash (SEC-06): such a history is not signed.
   */
  take(): Promise<CheckpointTaken | undefined> {
    const next = this.running.then(() => this.takeNow()).catch(async (error: unknown) => {
      if (error instanceof OutrightError && error.code === 'history-damaged') await this.alarm.raise('checkpoint', 1);
      throw error;
    });
    this.running = next.catch(() => undefined);
    return next;
  }

  /** Of several processes the one that runs the clocks takes them, and nobody's end is the installation's. */
  async onApplicationShutdown(): Promise<void> {
    if (this.engine.leases.shared) return;
    try {
      await this.take();
    } catch (error) {
      this.logger.error(error instanceof Error ? error.message : 'The last checkpoint could not be taken.');
    }
  }

  /** Another process that was faster with a number has signed a part of it: what is left follows on that. */
  private async takeNow(): Promise<CheckpointTaken | undefined> {
    const files = new CheckpointFiles(this.engine.checkpoints);
    for (;;) {
      const taken = await this.takeNext(files);
      if (taken !== 'overtaken') return taken;
    }
  }

  private async takeNext(files: CheckpointFiles): Promise<CheckpointTaken | 'overtaken' | undefined> {
    const before = await files.newest();
    if (before === 'unreadable') throw damaged('The newest checkpoint cannot be read');
    const key = await this.keys.signingKey();
    const from = before === undefined ? undefined : await this.known(placeOf(before, await files.place(before.n), key.publicKeyPem));
    const signed = before === undefined || from !== undefined ? undefined : await files.signedVersions();
    const { leaves: changed, through } = await this.changedSince(from ?? 0);
    const leaves = changed.filter(({ stream, version }) => version > (signed?.get(stream) ?? 0));
    if (leaves.length === 0) return undefined;
    const checkpoint = signCheckpoint({
      n: (before?.n ?? 0) + 1, prev: before === undefined ? '' : checkpointId(before), root: merkleRoot(leaves), count: leaves.length,
      takenAt: this.clock.now().toISOString(), keyId: key.keyId,
    }, key.privateKeyPem);
    if (!(await files.add(checkpoint, leaves, signPlace(checkpoint, through, key.privateKeyPem)))) return 'overtaken';
    return { checkpoint, mirrored: await this.mirror(files, key.publicKeyPem) };
  }

  /** The place, if it is one in the feed of this engine; without it the log is read from its beginning, and what was signed is left out. */
  private async known(through: Position | undefined): Promise<Position | undefined> {
    if (through === undefined) return undefined;
    const head = await this.feed.head();
    try {
      return this.feed.covers(head, through) ? through : undefined;
    } catch {
      return undefined;
    }
  }

  /** Where each changed stream stands at `through`, told by its own events: the store may be further, with events that a power cut could undo. */
  private async changedSince(position: Position): Promise<{ leaves: StreamLeaf[]; through: Position }> {
    const changed = new Map<string, StreamLeaf>();
    let through = position;
    for (let batch = await this.feed.read(through, BATCH); batch.length > 0; batch = await this.feed.read(through, BATCH)) {
      for (const event of batch) {
        const { streamId: stream, version, hash } = intact(event);
        changed.set(stream, { stream, version, hash });
      }
      through = batch.at(-1)!.position;
      await nextTurn();
    }
    return { leaves: [...changed.values()].sort((a, b) => (a.stream < b.stream ? -1 : 1)), through };
  }

  private async mirror(files: CheckpointFiles, publicKeyPem: string): Promise<CheckpointTaken['mirrored']> {
    const { checkpointMirror } = this.installation;
    if (checkpointMirror === undefined) return 'no-mirror';
    try {
      return await new CheckpointMirror(checkpointMirror).copyFrom(files, publicKeyPem);
    } catch {
      this.logger.error('The checkpoint was taken, but could not be copied to checkpointMirror. It is tried again with the next one.');
      return 'failed';
    }
  }
}

function intact(event: StoredEvent): StoredEvent {
  if (hashEvent(event.bytes) !== event.hash) throw damaged(`Event ${event.version} of ${event.streamId} does not have its hash`);
  return event;
}

function damaged(what: string): OutrightError {
  return new OutrightError(`${what}: the recorded history was changed, and no checkpoint is signed over it.`, {
    code: 'history-damaged', rule: 'SEC-06', status: 500, exit: EXIT.verificationFailed,
    fix: 'Run `audit verify`, keep a copy of the data folder, and treat it as a possible breach.',
  });
}
