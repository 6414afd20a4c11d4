import { checkpointId, isSignedBy, type Checkpoint } from '../domain/checkpoint.js';
import type { Finding } from '../domain/finding.js';
import type { ChainCheck } from '../domain/hash-chain.js';
import { MerkleRoot, type StreamLeaf } from '../domain/merkle.js';
import type { CheckpointFiles, CheckpointMirror } from './checkpoint-files.js';

/** Leaves held in memory at once; a history with more is read once for each such part. */
const LEAVES_PER_PASS = 400_000;

type Expected = { readonly n: number; readonly version: number; readonly hash: string };

/** Everything about checkpoints: their signatures, their chain, their roots, copies held elsewhere, and the log that they speak of. */
export class CheckpointCheck {
  private readonly passParts: number[][] = [[]];
  private expected = new Map<string, Expected[]>();
  private readonly newestVersion = new Map<string, number>();
  count = 0;
  outsideCount = 0;

  constructor(
    private readonly files: CheckpointFiles,
    private readonly outside: CheckpointMirror | undefined,
    private readonly held: readonly Checkpoint[],
    private readonly found: (finding: Finding) => void,
  ) {}

  get passes(): number {
    return this.passParts.length;
  }

  /** The files by themselves, without the log. */
  async checkFiles(publicKeyPem: string): Promise<void> {
    let before: Checkpoint | undefined;
    let inPass = 0;
    const numbers = await this.files.numbers();
    for (const n of numbers) {
      this.count += 1;
      const checkpoint = await this.files.read(n);
      if (checkpoint === undefined || checkpoint === 'unreadable') {
        this.report('checkpoint-unreadable', n, 'it is not in the form of a checkpoint');
        before = undefined;
        continue;
      }
      if (checkpoint.n !== n) this.report('checkpoint-chain', n, `it says that it is number ${checkpoint.n}`);
      if (!isSignedBy(checkpoint, publicKeyPem)) this.report('checkpoint-signature', n, 'its signature is not by the key of this installation');
      if (n !== (before?.n ?? 0) + 1 || checkpoint.prev !== (before === undefined ? '' : checkpointId(before))) {
        this.report('checkpoint-chain', n, 'it does not follow the one before it: one was dropped or changed');
      }
      await this.checkRoot(checkpoint);
      if (inPass > 0 && inPass + checkpoint.count > LEAVES_PER_PASS) {
        this.passParts.push([]);
        inPass = 0;
      }
      this.passParts.at(-1)!.push(n);
      inPass += checkpoint.count;
      before = checkpoint;
    }
    await this.checkOutside(publicKeyPem);
  }

  /** Takes one part of the leaves into memory, to be met while the log is read. */
  async loadPass(pass: number): Promise<void> {
    for (const n of this.passParts[pass] ?? []) {
      if (!(await this.files.hasLeaves(n))) continue;
      for await (const leaves of this.files.leaves(n)) for (const leaf of leaves ?? []) this.expect(n, leaf);
    }
  }

  see(event: { readonly streamId: string; readonly version: number; readonly hash: string }): void {
    const waiting = this.expected.get(event.streamId);
    if (waiting === undefined || !waiting.some(({ version }) => version === event.version)) return;
    const left = waiting.filter((leaf) => {
      if (leaf.version !== event.version) return true;
      if (leaf.hash !== event.hash) {
        this.found({
          kind: 'rewritten', stream: event.streamId, version: event.version, checkpoint: leaf.n,
          message: `Event ${event.version} of ${event.streamId} is not the one that checkpoint ${leaf.n} signed: this stream was rewritten at or before it.`,
        });
      }
      return false;
    });
    if (left.length === 0) this.expected.delete(event.streamId);
    else this.expected.set(event.streamId, left);
  }

  /** Whatever was signed and did not come by in the log. */
  endPass(): void {
    for (const [stream, leaves] of this.expected) {
      for (const { n, version } of leaves) {
        this.found({ kind: 'missing-history', stream, version, checkpoint: n, message: `Checkpoint ${n} signed version ${version} of ${stream}, which is no longer in the log.` });
      }
    }
    this.expected = new Map();
  }

  /** Streams that went on after their newest checkpoint. */
  ahead(chain: ChainCheck): number {
    let covered = 0;
    for (const [stream, version] of this.newestVersion) if ((chain.head(stream)?.version ?? 0) <= version) covered += 1;
    return Math.max(0, chain.streamCount - covered);
  }

  private expect(n: number, { stream, version, hash }: StreamLeaf): void {
    const waiting = this.expected.get(stream);
    if (waiting === undefined) this.expected.set(stream, [{ n, version, hash }]);
    else waiting.push({ n, version, hash });
    this.newestVersion.set(stream, Math.max(version, this.newestVersion.get(stream) ?? 0));
  }

  private async checkRoot({ n, root, count }: Checkpoint): Promise<void> {
    if (!(await this.files.hasLeaves(n))) return this.report('checkpoint-missing', n, 'its list of streams is not there');
    const tree = new MerkleRoot();
    try {
      for await (const leaves of this.files.leaves(n)) {
        if (leaves === undefined) return this.report('checkpoint-root', n, 'its list of streams holds a line that is none of ours');
        for (const leaf of leaves) tree.add(leaf);
      }
    } catch {
      return this.report('checkpoint-root', n, 'its list of streams is out of order');
    }
    if (tree.count !== count || tree.root() !== root) this.report('checkpoint-root', n, 'its list of streams does not have the signed root');
  }

  private async checkOutside(publicKeyPem: string): Promise<void> {
    const key = this.outside?.publicKey();
    if (key !== undefined && key !== publicKeyPem) {
      this.found({ kind: 'checkpoint-differs', message: 'The signing key is not the one whose public part is held elsewhere: checkpoints may have been signed anew.' });
    }
    for (const n of (await this.outside?.numbers()) ?? []) {
      const copy = await this.outside?.read(n);
      if (copy === 'unreadable' || copy === undefined) this.report('checkpoint-unreadable', n, 'the copy held elsewhere cannot be read');
      else await this.compare(copy);
    }
    for (const copy of this.held) await this.compare(copy);
  }

  private async compare(copy: Checkpoint): Promise<void> {
    this.outsideCount += 1;
    const own = await this.files.read(copy.n);
    if (own === undefined) return this.report('checkpoint-missing', copy.n, 'it is held elsewhere, but not here: history was dropped or taken anew');
    if (own === 'unreadable' || checkpointId(own) !== checkpointId(copy)) {
      this.report('checkpoint-differs', copy.n, 'it is not the one that is held elsewhere: history older than it was rewritten');
    }
  }

  private report(kind: Finding['kind'], n: number, what: string): void {
    this.found({ kind, checkpoint: n, message: `Checkpoint ${n}: ${what}.` });
  }
}
