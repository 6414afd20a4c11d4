import type { Response } from 'express';
import { OutrightError } from '#kernel/errors';
import type { Jobs, JobProgress } from './jobs.js';
import type { Caller } from './roles.js';

const PATIENCE_MS = 1_500;

/** Answers short work at once, and longer work with 202 and the job's URL (also as `Location`). A failure within the wait is thrown as it is. */
export async function answerOrJob<T>(
  jobs: Jobs, kind: string, caller: Caller, response: Response,
  work: (report: (progress: JobProgress) => void, signal: AbortSignal) => Promise<T>,
): Promise<T | { job: string }> {
  let failure: unknown;
  const started = jobs.start(kind, caller, async (report, signal) => {
    try {
      return await work(report, signal);
    } catch (error) {
      failure = error;
      throw error;
    }
  });
  const view = await jobs.settled(started, PATIENCE_MS);
  if (view.state === 'done') return view.result as T;
  if (view.state === 'failed') throw failure instanceof Error ? failure : new OutrightError('The work failed.', { code: 'job-failed', status: 500, exit: 1 });
  await jobs.share(started);
  response.status(202).location(view.url);
  return { job: view.url };
}
