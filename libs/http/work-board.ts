import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineFiles } from '#contracts/api/engine-files';
import { atMost } from '#engine/clock/at-most';
import { hashOf, SealedBlobs } from './sealed-blobs.js';

const DAY_MS = 24 * 3_600_000;
/** How often a change is told to the others, milliseconds. */
const TELL_EVERY = 1_000;
/** How long an end that could not be told is tried again, and how long a process that stops waits for it, milliseconds. */
const END_TRIES = [500, 2_000, 8_000, 30_000] as const;
const STOP_MS = 2_000;
const OWNER = 'work';

interface Told { readonly state: 'running' | 'done' | 'failed' }
interface Kept<View> { readonly at: number; readonly view: View }

/**
 * What the other processes of an installation can know of this one's long work: how it stands, for as long as this process lives, and
 * how it ended, for a day. Where nobody shares the installation nothing is written. Sealed under the work's id: ids of jobs are random;
 * those of imports are known to who may see imports, and what is told of them is lines and codes.
 */
export class WorkBoard<View extends Told> {
  private readonly sealed: SealedBlobs;
  private readonly toldAt = new Map<string, number>();
  private readonly stopping = new AbortController();
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly engine: Pick<EngineFiles, 'blobs' | 'leases'>, private readonly folder: string) {
    this.sealed = new SealedBlobs(engine.blobs, folder, 'outright long work');
  }

  /** Only one process can tell of the same work. */
  async open(id: string): Promise<void> {
    if (this.engine.leases.shared && (await this.engine.leases.hold(this.leaseOf(id)))) this.toldAt.set(id, -Infinity);
  }

  /** Of what comes before the end, a part is told. Resolves when it is; never rejects: the work itself does not depend on it. */
  tell(id: string, view: View): Promise<void> {
    const before = this.toldAt.get(id);
    if (before === undefined || (view.state === 'running' && performance.now() - before < TELL_EVERY)) return this.writing;
    this.toldAt.set(id, performance.now());
    if (view.state !== 'running') this.toldAt.delete(id);
    return (this.writing = this.writing.then(() => (view.state === 'running' ? this.write(id, view).catch(() => undefined) : this.end(id, view))));
  }

  /** Everything that was to be told is, or is given up because the process stops. */
  async told(): Promise<void> {
    this.stopping.abort();
    await atMost(STOP_MS, this.writing);
  }

  /** Of work of other processes; undefined also where the process ended before its work, some seconds after it did. */
  async find(id: string): Promise<View | undefined> {
    if (!this.engine.leases.shared) return undefined;
    const view = await this.read(id);
    // A lease is not had from a process that lives.
    if (view?.state !== 'running' || !(await this.engine.leases.hold(this.leaseOf(id)))) return view;
    const last = await this.read(id);
    await this.engine.leases.release(this.leaseOf(id));
    return last?.state === 'running' ? undefined : last;
  }

  private async read(id: string): Promise<View | undefined> {
    const kept = (await this.sealed.read(OWNER, id)) as Kept<View> | undefined;
    return kept !== undefined && Date.now() - kept.at < DAY_MS ? kept.view : undefined;
  }

  private write(id: string, view: View): Promise<void> {
    return this.sealed.write(OWNER, id, { at: Date.now(), view } satisfies Kept<View>);
  }

  private async end(id: string, view: View): Promise<void> {
    for (const wait of [...END_TRIES, undefined]) {
      const told = await this.write(id, view).then(() => true, () => false);
      if (told || wait === undefined || this.stopping.signal.aborted) break;
      await delay(wait, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
    await this.engine.leases.release(this.leaseOf(id)).catch(() => undefined);
    await this.sealed.prune(DAY_MS).catch(() => undefined);
  }

  private leaseOf(id: string): string {
    return `${this.folder}/${hashOf(OWNER, id)}`;
  }
}
