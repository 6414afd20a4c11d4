import { randomBytes } from 'node:crypto';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { EngineFiles } from '#contracts/api/engine-files';
import { TOKENS } from '#contracts/api/tokens';
import { randomId } from '#kernel/ids';
import { OutrightError } from '#kernel/errors';
import { problemOf, type Problem } from '#http/problem.filter';
import { WorkBoard } from '#http/work-board';
import type { ImportReport } from '../domain/import-report.js';
import type { ImportFile } from './import-file.js';
import type { ImportOptions, ImportProgress } from './import-run.js';
import { ImportService } from './import.service.js';

/** A run as its caller sees it. Findings are kept here only, for a day: lines and codes, no values. */
export interface ImportJob {
  readonly jobId: string;
  readonly dryRun: boolean;
  readonly state: 'running' | 'done' | 'failed';
  readonly progress: ImportProgress | undefined;
  readonly report: ImportReport | undefined;
  readonly problem: Problem | undefined;
}

const MOST_KEPT = 100;

/** Imports that were asked for over HTTP and run beside other work. */
@Injectable()
export class ImportJobs implements OnModuleDestroy {
  private readonly jobs = new Map<string, ImportJob>();
  private readonly working = new Map<string, Promise<void>>();
  private readonly stop = new AbortController();

  private readonly board: WorkBoard<ImportJob>;

  constructor(@Inject(ImportService) private readonly imports: ImportService, @Inject(TOKENS.engine) private readonly engine: Pick<EngineFiles, 'blobs' | 'leases'>) {
    this.board = new WorkBoard(engine, 'imports');
  }

  /**
   * Starts the work and returns its id at once: the import's own id, or a random one for a dry run.
   * @throws OutrightError `import-running` while the same import runs
   */
  start(name: string, file: ImportFile, options: Pick<ImportOptions, 'actor' | 'dryRun'>, done: () => Promise<void>): string {
    const dryRun = options.dryRun === true;
    const jobId = dryRun ? randomId(randomBytes, 'dryrun') : this.imports.importIdOf(name);
    if (this.jobs.get(jobId)?.state === 'running') {
      throw importRunning(name);
    }
    this.set({ jobId, dryRun, state: 'running', progress: undefined, report: undefined, problem: undefined });
    const onProgress = (progress: ImportProgress): void => this.change(jobId, { progress });
    const work = this.alone(name, jobId, () => this.imports.import(file, { ...options, signal: this.stop.signal, onProgress }))
      .then((report) => this.change(jobId, { state: 'done', report }), (error: unknown) => this.change(jobId, { state: 'failed', problem: problemOf(error) }))
      .finally(done)
      .finally(() => this.working.delete(jobId));
    this.working.set(jobId, work);
    return jobId;
  }

  /** Of this process, or of another one that shares the installation. */
  async find(jobId: string): Promise<ImportJob | undefined> {
    const mine = this.jobs.get(jobId);
    return mine !== undefined && mine.problem?.code !== 'import-running' ? mine : ((await this.board.find(jobId)) ?? mine);
  }

  /** Stops at the next resume point of each import. */
  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    await Promise.allSettled(this.working.values());
    await this.board.told();
  }

  /** Of all processes one runs it. */
  private async alone(name: string, jobId: string, work: () => Promise<ImportReport>): Promise<ImportReport> {
    const lease = `import/${jobId}`;
    if (!(await this.engine.leases.hold(lease))) throw importRunning(name);
    await this.board.open(jobId).catch(() => undefined);
    this.change(jobId, {});
    return work().finally(() => this.engine.leases.release(lease).catch(() => undefined));
  }

  private change(jobId: string, change: Partial<ImportJob>): void {
    const job = this.jobs.get(jobId);
    if (job === undefined) return;
    const changed = { ...job, ...change };
    this.jobs.set(jobId, changed);
    void this.board.tell(jobId, changed);
  }

  private set(job: ImportJob): void {
    this.jobs.delete(job.jobId);
    this.jobs.set(job.jobId, job);
    for (const [jobId, { state }] of this.jobs) {
      if (this.jobs.size <= MOST_KEPT) break;
      if (state !== 'running') this.jobs.delete(jobId);
    }
  }
}

function importRunning(name: string): OutrightError {
  return new OutrightError(`The import ${name} is running.`, { code: 'import-running', rule: 'SRC-13', status: 409, exit: 6, retriable: true, fix: 'Wait until it has ended.' });
}
