import { randomBytes } from 'node:crypto';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import type { Clock } from '#engine/clock/clock.port';
import { NotFound } from '#kernel/errors';
import { randomId } from '#kernel/ids';
import { problemOf, type Problem } from './problem.filter.js';
import type { Caller } from './roles.js';

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

const KEPT = 200;

/**
 * Long work of this process, told by `GET /v1/jobs/{id}` to whoever started it. A job dies with the process: what it does must be
 * resumable by doing it again.
 */
@Injectable()
export class Jobs implements OnApplicationShutdown {
  private readonly jobs = new Map<string, Job>();
  private readonly stopping = new AbortController();

  constructor(@Inject(TOKENS.clock) private readonly clock: Clock) {}

  start(kind: string, caller: Caller, work: Work): JobView {
    const jobId = randomId(randomBytes, 'job');
    const view: JobView = { jobId, kind, state: 'running', startedAt: this.clock.now().toISOString(), progress: {}, url: `/v1/jobs/${jobId}` };
    const change = (part: Partial<JobView>): void => void Object.assign(view, part);
    const finished = Promise.resolve()
      .then(() => work((progress) => change({ progress }), this.stopping.signal))
      .then((result) => change({ state: 'done', result }), (error: unknown) => change({ state: 'failed', problem: problemOf(error) }));
    this.jobs.set(jobId, { view, owner: ownerOf(caller), finished });
    this.forgetOld();
    return view;
  }

  /** @throws NotFound also for a job that somebody else started */
  get(jobId: string, caller: Caller): JobView {
    const job = this.jobs.get(jobId);
    if (job === undefined || (job.owner !== ownerOf(caller) && caller.actor.kind !== 'local')) {
      throw new NotFound('There is no such job, or it ended before the app was started again.', { code: 'unknown-job', fix: 'Give the same request again: it continues where it stopped.' });
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
