import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { EngineFiles } from '#contracts/api/engine-files';
import type { Installation } from '#contracts/api/installation';
import { TOKENS } from '#contracts/api/tokens';
import type { EventFeed, Position } from '#engine/event-feed/event-feed.port';
import type { EventStore, StreamHead } from '#engine/event-store/event-store.port';
import type { KeyProvider } from '#engine/secrets/key-provider.port';
import { EXIT, OutrightError } from '#kernel/errors';
import type { Checkpoint } from '../domain/checkpoint.js';
import { Findings, type Finding } from '../domain/finding.js';
import { ChainCheck } from '../domain/hash-chain.js';
import { CheckpointCheck } from './checkpoint-check.js';
import { CheckpointFiles, CheckpointMirror } from './checkpoint-files.js';
import { IntegrityAlarm } from './integrity-alarm.js';
import { StoreChecks, type StoreCheck } from './store-checks.js';

export interface VerifyOptions {
  /** Folder with checkpoints held elsewhere; default is the installation's `checkpointMirror`. */
  readonly outside?: string | undefined;
  /** Single checkpoints held elsewhere, such as from an older bundle. */
  readonly held?: readonly Checkpoint[] | undefined;
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface VerifyResult {
  readonly ok: boolean;
  readonly events: number;
  readonly streams: number;
  readonly checkpoints: number;
  /** Checkpoints that were compared with a copy held elsewhere; 0 means that a rewritten tail signed anew would not show. */
  readonly outsideCheckpoints: number;
  /** Streams whose newest event no checkpoint covers yet. */
  readonly streamsAheadOfCheckpoints: number;
  readonly findings: readonly Finding[];
  /** All findings, also those beyond the first thousand. */
  readonly findingsTotal: number;
  /** 0, or 5 where something was found. */
  readonly exit: number;
  readonly seconds: number;
}

/** What is checked the first time that an event comes by. */
interface FirstReading { readonly chain: ChainCheck; readonly stores: StoreCheck }

const BATCH = 500;
const COMPARED: ReadonlySet<Finding['kind']> = new Set(['checkpoint-differs', 'checkpoint-missing', 'checkpoint-unreadable']);
/** How often, and how long apart, heads that differ are compared again while the log grows. */
const ROUNDS = 50;
const UNDER_WAY_MS = 20;

/** Checks the whole recorded history against itself, every checkpoint and the stores beside it (AUD-03, SEC-06, INV-27). */
@Injectable()
export class VerifyService {
  private readonly logger = new Logger('audit');

  constructor(
    @Inject(TOKENS.eventFeed) private readonly feed: EventFeed,
    @Inject(TOKENS.eventStore) private readonly store: EventStore,
    @Inject(TOKENS.keyProvider) private readonly keys: KeyProvider,
    @Inject(TOKENS.engine) private readonly engine: EngineFiles,
    @Inject(StoreChecks) private readonly stores: StoreChecks,
    @Inject(TOKENS.installation) private readonly installation: Pick<Installation, 'checkpointMirror'>,
    @Inject(IntegrityAlarm) private readonly alarm: IntegrityAlarm,
  ) {}

  async verify(options: VerifyOptions = {}): Promise<VerifyResult> {
    const started = performance.now();
    const findings = new Findings();
    const found = (finding: Finding) => findings.add(finding);
    const outside = options.outside ?? this.installation.checkpointMirror;
    const checkpoints = new CheckpointCheck(
      new CheckpointFiles(this.engine.checkpoints), outside === undefined ? undefined : new CheckpointMirror(outside), options.held ?? [], found,
    );
    const { publicKeyPem } = await this.keys.signingKey();
    await checkpoints.checkFiles(publicKeyPem);
    const chain = new ChainCheck(found);
    const stores = await this.stores.begin(this.feed, await this.feed.head(), found);
    let end: Position = 0;
    for (let pass = 0; pass === 0 || pass < checkpoints.passes; pass += 1) {
      await checkpoints.loadPass(pass);
      const position = await this.readLog(0, pass === 0 ? { chain, stores } : undefined, checkpoints, found, options);
      if (pass === 0) end = position;
      checkpoints.endPass();
    }
    await this.checkHeads(chain, found, () => this.readLog(end, { chain, stores }, undefined, found, options).then((position) => (end = position)));
    await stores.finish();
    const ok = findings.total === 0;
    if (!ok) this.logger.error(`INTEGRITY: verification failed with ${findings.total} findings; handle it as a possible breach (SEC-06).`);
    await this.settleAlarm(findings, options);
    return {
      ok, events: chain.events, streams: chain.streamCount, checkpoints: checkpoints.count, outsideCheckpoints: checkpoints.outsideCount,
      streamsAheadOfCheckpoints: checkpoints.ahead(chain), findings: findings.kept, findingsTotal: findings.total,
      exit: ok ? EXIT.done : EXIT.verificationFailed, seconds: Math.round(performance.now() - started) / 1000,
    };
  }

  /** What somebody brought along to compare may be wrong itself: that it differs is told in the answer and raises no alarm. */
  private async settleAlarm({ kept, total }: Findings, { outside, held }: VerifyOptions): Promise<void> {
    const brought = outside !== undefined || held !== undefined;
    const own = brought ? kept.filter(({ kind }) => !COMPARED.has(kind)).length : total;
    if (own > 0) await this.alarm.raise('verification', own);
    else if (!brought) await this.alarm.end();
  }

  /** The log in its own order: positions without a hole where they are numbers, then each event's content and place. */
  private async readLog(from: Position, first: FirstReading | undefined, checkpoints: CheckpointCheck | undefined, found: (finding: Finding) => void, { onProgress, signal }: VerifyOptions): Promise<Position> {
    const head = await this.feed.head();
    let position = from;
    for (;;) {
      if (signal?.aborted === true) throw interrupted();
      const batch = await this.readBatch(position, found);
      if (batch.length === 0) break;
      for (const event of batch) {
        if (first !== undefined && typeof position === 'number' && typeof event.position === 'number' && event.position !== position + 1) {
          found({ kind: 'gap', position: event.position, message: `The log jumps from position ${position} to ${event.position}: events between were dropped or moved.` });
        }
        position = event.position;
        checkpoints?.see(event);
        if (first !== undefined) await first.stores.see(event, first.chain.check(event));
      }
      onProgress?.(this.feed.count(position), this.feed.count(head));
      await nextTurn();
    }
    if (first !== undefined && typeof position === 'number' && typeof head === 'number' && position < head) found({ kind: 'gap', position: head, message: `The log ends at position ${position}, but its last event is at ${head}.` });
    return position;
  }

  private async readBatch(after: Position, found: (finding: Finding) => void) {
    try {
      return await this.feed.read(after, BATCH);
    } catch {
      found({ kind: 'unreadable', position: typeof after === 'number' ? after + 1 : after, message: `The log cannot be read after position ${after}: the file is damaged.` });
      return [];
    }
  }

  /** Every head against the chain. A running app goes on writing: what differs is looked at again with what came meanwhile. */
  private async checkHeads(chain: ChainCheck, found: (finding: Finding) => void, readOn: () => Promise<Position>): Promise<void> {
    const known = chain.streamCount;
    const agrees = ({ streamId, version, hash }: StreamHead) => chain.head(streamId)?.version === version && chain.head(streamId)?.hash === hash;
    let differing: StreamHead[] = [];
    let heads = 0;
    for (let page = await this.store.heads('', BATCH); page.length > 0; page = await this.store.heads(page.at(-1)!.streamId, BATCH)) {
      heads += page.length;
      differing.push(...page.filter((head) => !agrees(head)));
      await nextTurn();
    }
    for (let round = 0; round < ROUNDS && differing.length > 0; round += 1) {
      const end = await readOn();
      const unsettled: StreamHead[] = [];
      for (const head of differing) if (!(await this.cameBy(head, chain))) unsettled.push(head);
      differing = unsettled;
      if (!(await this.anyUnderWay(differing, chain, end))) break;
      await new Promise((resolve) => setTimeout(resolve, UNDER_WAY_MS));
    }
    for (const { streamId, version } of differing) {
      const last = chain.head(streamId);
      const stands = last === undefined ? 'has no event' : last.version === version ? 'ends with another hash' : `ends at version ${last.version}`;
      found({ kind: 'head-differs', stream: streamId, version, message: `Stream ${streamId} should end at version ${version}, but it ${stands}: events were dropped, added or changed.` });
    }
    if (heads < known) found({ kind: 'head-differs', message: `There are ${heads} stream heads for ${known} streams.` });
  }

  /** The head that was seen has come by in the log, and where the log went on since, so did the head. */
  private async cameBy({ streamId, version, hash }: StreamHead, chain: ChainCheck): Promise<boolean> {
    const last = chain.head(streamId);
    if (last === undefined || last.version <= version) return last?.version === version && last.hash === hash;
    const [event] = await this.store.load(streamId, version - 1);
    return event?.hash === hash && ((await this.store.head(streamId))?.version ?? 0) >= last.version;
  }

  /** What is written but not yet on disk stands in the store, and comes by in a moment. */
  private async anyUnderWay(differing: readonly StreamHead[], chain: ChainCheck, end: Position): Promise<boolean> {
    for (const { streamId, version } of differing) {
      const before = chain.head(streamId)?.version ?? 0;
      if (before < version && (await this.store.load(streamId, before)).some(({ position }) => position === undefined || !this.feed.covers(end, position))) return true;
    }
    return false;
  }
}

function interrupted(): OutrightError {
  return new OutrightError('The verification was interrupted.', { code: 'interrupted', status: 503, exit: EXIT.interrupted, fix: 'Start it again.' });
}
