import { performance } from 'node:perf_hooks';
import type { EngineFiles } from '#contracts/api/engine-files';
import { hashOf, SealedBlobs } from './sealed-blobs.js';

const DAY_MS = 24 * 3_600_000;
/** How often a change is told to the others, milliseconds. */
const TELL_EVERY = 1_000;
const OWNER = 'work';

interface Told { readonly state: 'running' | 'done' | 'failed' }

/**
 * What the other processes of an installation can know of this one's long work: how it stands, for as long as this process lives, and
 * how it ended, for a day. Where nobody shares the installation nothing is written. Whoever asks has to know the work's id.
 */
export class WorkBoard<View extends Told> {
  private readonly sealed: SealedBlobs;
  private readonly toldAt = new Map<string, number>();
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly engine: Pick<EngineFiles, 'blobs' | 'leases'>, private readonly folder: string) {
    this.sealed = new SealedBlobs(engine.blobs, folder, 'outright long work');
  }

  /** Only one process can tell of the same work. */
  async open(id: string): Promise<void> {
    if (!this.engine.leases.shared || !(await this.engine.leases.hold(this.leaseOf(id)))) return;
    await this.engine.leases.note(this.leaseOf(id), 'running');
    this.toldAt.set(id, -Infinity);
  }

  /** Of what comes before the end, a part is told. Resolves when it is; never rejects: the work itself does not depend on it. */
  tell(id: string, view: View): Promise<void> {
    const before = this.toldAt.get(id);
    if (before === undefined || (view.state === 'running' && performance.now() - before < TELL_EVERY)) return this.writing;
    this.toldAt.set(id, performance.now());
    if (view.state !== 'running') this.toldAt.delete(id);
    return (this.writing = this.writing.then(() => this.write(id, view)).catch(() => undefined));
  }

  /** Everything that was to be told is. */
  told(): Promise<void> {
    return this.writing;
  }

  /** Of work of other processes; undefined also where the process ended before its work. */
  async find(id: string): Promise<View | undefined> {
    if (!this.engine.leases.shared) return undefined;
    const view = (await this.sealed.read(OWNER, id)) as View | undefined;
    if (view?.state === 'running' && (await this.engine.leases.noteOf(this.leaseOf(id))) === undefined) return undefined;
    return view;
  }

  private async write(id: string, view: View): Promise<void> {
    await this.sealed.write(OWNER, id, view);
    if (view.state === 'running') return;
    await this.engine.leases.release(this.leaseOf(id));
    await this.sealed.prune(DAY_MS);
  }

  private leaseOf(id: string): string {
    return `${this.folder}/${hashOf(OWNER, id)}`;
  }
}
