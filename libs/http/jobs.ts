import { randomBytes } from 'node:crypto';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { EngineFiles } from '#contracts/api/engine-files';
import { TOKENS } from '#contracts/api/tokens';
import type { Clock } from '#engine/clock/clock.port';
import { NotFound } from '#kernel/errors';
import { randomId } from '#kernel/ids';
import { problemOf, type Problem } from './problem.filter.js';
import type { Caller } from './roles.js';
import { WorkBoard } from './work-board.js';

export interface JobProgress {
  /** 0 to 100; absent where the end is not known. */
  readonly percent?: number;
  /** What is being done, in a few words without anything personal. */
  readonly note?: string;
  /** Work done so far and its rate, e.g. rows. */
  readonly done?: number;
  readonly perSecond?: number;
}

export interface JobView {
  readonly jobId: string;
  readonly kind: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly startedAt: string;
  readonly progress: JobProgress;
  readonly result?: unknown;
  readonly problem?: Problem;
  readonly url: string;
}

type Work = (report: (progress: JobProgress) => void, signal: AbortSignal) => Promise<unknown>;
interface Job { view: JobView; readonly owner: string; readonly finished: Promise<void> }
interface ToldJob { readonly state: JobView['state']; readonly view: JobView; readonly owner: string }

const KEPT = 200;

/**
 * Long work of this process, told by `GET /v1/jobs/{id}` to whoever started it, by whichever process is asked. A job dies with the
 * process: what it does must be resumable by doing it again.
 */
@Injectable()
export class Jobs implements OnApplicationShutdown {
  private readonly jobs = new Map<string, Job>();
  private readonly stopping = new AbortController();

  private readonly board: WorkBoard<ToldJob>;

  constructor(@Inject(TOKENS.clock) private readonly clock: Clock, @Inject(TOKENS.engine) engine: Pick<EngineFiles, 'blobs' | 'leases'>) {
    this.board = new WorkBoard(engine, 'jobs');
  }

  start(kind: string, caller: Caller, work: Work): JobView {
    const jobId = randomId(randomBytes, 'job');
    const owner = ownerOf(caller);
    const view: JobView = { jobId, kind, state: 'running', startedAt: this.clock.now().toISOString(), progress: {}, url: `/v1/jobs/${jobId}` };
    const change = (part: Partial<JobView>): void => {
      Object.assign(view, part);
      void this.board.tell(jobId, { state: view.state, view, owner });
    };
    const finished = Promise.resolve()
      .then(() => work((progress) => change({ progress }), this.stopping.signal))
      .then((result) => change({ state: 'done', result }), (error: unknown) => change({ state: 'failed', problem: problemOf(error) }));
    this.jobs.set(jobId, { view, owner, finished });
    this.forgetOld();
    return view;
  }

  /** From now on other processes can tell of it too: for work that outlives its request. */
  async share({ jobId }: JobView): Promise<void> {
    const job = this.jobs.get(jobId);
    if (job === undefined) return;
    await this.board.open(jobId).catch(() => undefined);
    await this.board.tell(jobId, { state: job.view.state, view: job.view, owner: job.owner });
  }

  /** @throws NotFound also for a job that somebody else started */
  async get(jobId: string, caller: Caller): Promise<JobView> {
    const job = this.jobs.get(jobId) ?? (await this.board.find(jobId));
    if (job === undefined || (job.owner !== ownerOf(caller) && caller.actor.kind !== 'local')) {
      throw new NotFound('There is no such job, or the process that did it has ended.', { code: 'unknown-job', fix: 'Give the same request again: it continues where it stopped.' });
    }
    return job.view;
  }

  /** The job once it has ended, or as it stands after `patienceMs`. */
  async settled(view: JobView, patienceMs: number): Promise<JobView> {
    const job = this.jobs.get(view.jobId);
    if (job === undefined) return view;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([job.finished, new Promise((resolve) => (timer = setTimeout(resolve, patienceMs)))]);
    clearTimeout(timer);
    return job.view;
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.jobs.values()].map(({ finished }) => finished));
    await this.board.told();
  }

  private forgetOld(): void {
    for (const [id, { view }] of this.jobs) {
      if (this.jobs.size <= KEPT) return;
      if (view.state !== 'running') this.jobs.delete(id);
    }
  }
}

function ownerOf({ actor }: Caller): string {
  return `${actor.kind}:${actor.id}`;
}
