import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Inject, Injectable } from '@nestjs/common';
import { ruleSetVersion } from '#compliance/domain/rule-set';
import type { AccessLog } from '#contracts/api/access-log';
import type { EngineFiles } from '#contracts/api/engine-files';
import type { Tenancy } from '#contracts/api/tenancy';
import { TOKENS } from '#contracts/api/tokens';
import type { Clock } from '#engine/clock/clock.port';
import { syncFolder, writeDurably } from '#engine/embedded/durable-file';
import type { EventFeed, Position } from '#engine/event-feed/event-feed.port';
import type { EventStore } from '#engine/event-store/event-store.port';
import type { KeyVault } from '#engine/key-vault/key-vault.port';
import type { KeyProvider } from '#engine/secrets/key-provider.port';
import type { Actor } from '#kernel/envelope';
import { BadInput, EXIT, OutrightError } from '#kernel/errors';
import { BUNDLE_README, signManifest } from '../domain/bundle.js';
import { checkpointName } from '../domain/checkpoint.js';
import { BundleWriter } from './bundle-writer.js';
import { CheckpointFiles } from './checkpoint-files.js';
import { CheckpointService } from './checkpoint.service.js';
import { Redactions } from './redactions.js';
import { VerifyService, type VerifyResult } from './verify.service.js';

export interface ExportOptions {
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
export interface ExportResult {
  readonly folder: string;
  readonly events: number;
  readonly streams: number;
  readonly checkpoints: number;
  readonly files: number;
  readonly verification: Pick<VerifyResult, 'ok' | 'findingsTotal'>;
}

const BATCH = 500;

/** The whole history as a signed folder that verifies without this program (AUD-04). Personal fields stay sealed; no key leaves. */
@Injectable()
export class ExportService {
  constructor(
    @Inject(TOKENS.eventFeed) private readonly feed: EventFeed,
    @Inject(TOKENS.eventStore) private readonly store: EventStore,
    @Inject(TOKENS.vault) private readonly vault: KeyVault,
    @Inject(TOKENS.keyProvider) private readonly keys: KeyProvider,
    @Inject(TOKENS.clock) private readonly clock: Clock,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
    @Inject(TOKENS.engine) private readonly engine: EngineFiles,
    @Inject(TOKENS.accessLog) private readonly accessLog: AccessLog,
    @Inject(CheckpointService) private readonly checkpoints: CheckpointService,
    @Inject(VerifyService) private readonly verifier: VerifyService,
  ) {}

  /**
   * The export itself is on record before the first byte is written (AUD-05). A history that does not verify is exported as it stands,
   * with what was found.
   * @param out absolute path of a folder that does not exist yet or is empty, outside the data folder
   */
  async export(out: string, actor: Actor, options: ExportOptions = {}): Promise<ExportResult> {
    this.checkFolder(out);
    const existed = existsSync(out);
    await this.accessLog.record(actor, 'audit_export', ['sealed_history'], [`tenant-${this.tenancy.tenantId}`]);
    const verification = await this.verifier.verify(options.signal === undefined ? {} : { signal: options.signal });
    if (verification.ok) await this.checkpoints.take();
    mkdirSync(out, { recursive: true, mode: 0o700 });
    try {
      return await this.write(out, verification, options);
    } catch (error) {
      // Half a bundle proves nothing and would be in the way of the next try.
      for (const name of readdirSync(out)) rmSync(join(out, name), { recursive: true, force: true });
      if (!existed) rmSync(out, { recursive: true, force: true });
      throw error;
    }
  }

  private async write(out: string, verification: VerifyResult, options: ExportOptions): Promise<ExportResult> {
    const writer = new BundleWriter(out);
    const key = await this.keys.signingKey();
    // Asked before the head of the log: one that is taken meanwhile may sign events that this bundle does not hold.
    const files = new CheckpointFiles(this.engine.checkpoints);
    const numbers = await files.numbers();
    const { events, heads, redactions } = await this.writeEvents(writer, options);
    for (const n of numbers) {
      for (const [ending, bytes] of [['json', await files.store.header(n)], ['leaves', await files.leafBytes(n)]] as const) {
        if (bytes !== undefined) writer.file(`checkpoints/${checkpointName(n)}.${ending}`, bytes);
      }
      await nextTurn();
    }
    const sorted = [...heads].sort(([a], [b]) => (a < b ? -1 : 1));
    writer.file('heads.txt', sorted.map(([stream, { version, hash }]) => `${stream} ${version} ${hash}\n`).join(''));
    writer.file('public-key.pem', key.publicKeyPem);
    writer.file('redactions.json', `${JSON.stringify(redactions.report(), null, 2)}\n`);
    writer.file('verification.json', `${JSON.stringify(verification, null, 2)}\n`);
    writer.file('verify-bundle.mjs', readFileSync(verifierPath()));
    writer.file('README.txt', BUNDLE_README);
    const manifest = signManifest({
      createdAt: this.clock.now().toISOString(), tenantId: this.tenancy.tenantId, events, streams: heads.size, checkpoints: numbers.length,
      ruleSetVersion, policyVersion: this.tenancy.policyVersion(), keyId: key.keyId, files: writer.files,
    }, key.privateKeyPem);
    writer.sync();
    writeDurably(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    syncFolder(dirname(out));
    return {
      folder: out, events, streams: heads.size, checkpoints: numbers.length, files: writer.files.length + 1,
      verification: { ok: verification.ok, findingsTotal: verification.findingsTotal },
    };
  }

  /** Everything up to the head at the start, as one consistent prefix. */
  private async writeEvents(writer: BundleWriter, { onProgress, signal }: ExportOptions) {
    const file = writer.open('events.ndjson');
    const redactions = new Redactions(this.vault);
    const heads = new Map<string, { version: number; hash: string }>();
    const head = await this.feed.head();
    let events = 0;
    for (let after: Position = 0; ; ) {
      if (signal?.aborted === true) throw new OutrightError('The export was interrupted.', { code: 'interrupted', status: 503, exit: EXIT.interrupted, fix: 'Start it again.' });
      const batch = await this.feed.read(after, BATCH, { until: head });
      if (batch.length === 0) break;
      for (const { position: at, streamId, version, type, hash, bytes } of batch) {
        // The bundle counts by itself where the feed's positions are no numbers.
        file.write(`${JSON.stringify({ position: typeof at === 'number' ? at : events + 1, stream: streamId, version, type, hash, bytes: bytes.toString('base64') })}\n`);
        heads.set(streamId, { version, hash });
        await redactions.add(bytes);
        events += 1;
      }
      after = batch.at(-1)!.position;
      onProgress?.(this.feed.count(after), this.feed.count(head));
      await nextTurn();
    }
    file.end();
    await this.takeHeads(heads, head);
    return { events, heads, redactions };
  }

  /** Where the store itself says that each stream ends; only streams that went on during the export are taken from their events. */
  private async takeHeads(heads: Map<string, { version: number; hash: string }>, position: Position): Promise<void> {
    const ends = new Map<string, { version: number; hash: string }>();
    for (let after = '', page = await this.store.heads(after, BATCH); page.length > 0; page = await this.store.heads(after, BATCH)) {
      for (const { streamId, version, hash } of page) ends.set(streamId, { version, hash });
      after = page.at(-1)!.streamId;
      await nextTurn();
    }
    // Then the feed: whatever was among the heads and not among the events is in it once it is durable.
    await this.store.durable();
    const moved = new Set<string>();
    for (let after = position, batch = await this.feed.read(after, BATCH); batch.length > 0; batch = await this.feed.read(after, BATCH)) {
      for (const { streamId } of batch) moved.add(streamId);
      after = batch.at(-1)!.position;
    }
    for (const [streamId, end] of ends) if (!moved.has(streamId)) heads.set(streamId, end);
  }

  private checkFolder(out: string): void {
    const wrong = (why: string) => new BadInput(`The bundle cannot be written there: ${why}.`, { code: 'bad-export-folder', rule: 'AUD-04', fix: 'Name a new folder outside the data folder, by its full path.' });
    if (!isAbsolute(out)) throw wrong('the path is not absolute');
    const inside = relative(this.engine.folder.path, out);
    if (inside === '' || (!inside.startsWith(`..${sep}`) && inside !== '..' && !isAbsolute(inside))) throw wrong('it is inside the data folder');
    if (existsSync(out) && readdirSync(out).length > 0) throw wrong('the folder is not empty');
  }
}

/** The verifier beside the compiled program, or in the source tree that it was compiled from. */
function verifierPath(): string {
  const candidates = ['../verifier/verify-bundle.mjs', '../../../../libs/audit/verifier/verify-bundle.mjs'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) throw new OutrightError('The bundle verifier is not part of this installation.', { code: 'verifier-missing', rule: 'AUD-04', status: 500, exit: EXIT.fault, fix: 'Install Outright again.' });
  return found;
}
