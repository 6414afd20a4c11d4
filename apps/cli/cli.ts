import type { Command } from 'commander';
import { createInterface } from 'node:readline/promises';
import type { JobProgress } from '#http/jobs';
import type { ExitCode } from '#kernel/errors';
import { problemError, usage } from './failures.js';
import { connect, type Connection, type GlobalOptions } from './connection.js';
import type { Answer } from './http-client.js';
import type { Io } from './io.js';
import { Progress } from './progress.js';

const POLL_MS = 200;

/** One run of one verb: where to write, whom to ask, how to reach the app. */
export class Cli {
  constructor(readonly io: Io, readonly options: GlobalOptions) {}

  get json(): boolean {
    return this.options.json === true;
  }

  /** The answer for people, or with --json the document itself. */
  answer(document: unknown, text: string): void {
    this.io.stdout.write(this.json ? `${JSON.stringify(document, null, 2)}\n` : text);
  }

  /** A remark beside the answer; never part of a --json document. */
  note(text: string): void {
    if (!this.json) this.io.stderr.write(`${text}\n`);
  }

  progress(label: string): Progress {
    return new Progress(this.io, label, this.json);
  }

  get interactive(): boolean {
    return this.io.stdin.isTTY === true && this.io.stderr.isTTY === true && !this.json;
  }

  async ask(question: string): Promise<string> {
    const prompt = createInterface({ input: this.io.stdin, output: this.io.stderr });
    try {
      return (await prompt.question(question, { signal: this.io.interrupted })).trim();
    } finally {
      prompt.close();
    }
  }

  async with<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await connect(this.options, this.io);
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  }

  /** Follows long work to its end: a 202 names its place, which is asked until it is over. */
  async finish<T>(connection: Connection, label: string, first: Answer): Promise<T> {
    if (first.status !== 202) return first.body as T;
    const place = first.location ?? placeIn(first.body);
    const progress = this.progress(label);
    try {
      for (;;) {
        const { body } = await connection.http.get<Followed | { readonly job?: Followed; readonly recorded?: unknown }>(place);
        const job = 'state' in body ? body : body.job;
        if (job === undefined) return ('recorded' in body ? body.recorded : body) as T;
        if (job.state !== 'running') return settled<T>(job);
        if (job.progress !== undefined) progress.show(progressOf(job.progress));
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    } finally {
      progress.end();
    }
  }
}

interface Followed {
  readonly state: string;
  readonly progress?: JobProgress & { readonly rows?: number; readonly rowsPerSecond?: number };
  readonly result?: unknown;
  readonly report?: unknown;
  readonly problem?: { readonly status: number };
}

function progressOf({ rows, rowsPerSecond, ...progress }: NonNullable<Followed['progress']>): JobProgress {
  return { ...progress, ...(rows === undefined ? {} : { done: rows }), ...(rowsPerSecond === undefined ? {} : { perSecond: rowsPerSecond }) };
}

function settled<T>(body: Followed): T {
  if (body.problem !== undefined) throw problemError(body.problem.status, body.problem);
  return (body.result ?? body.report ?? body) as T;
}

function placeIn(body: unknown): string {
  const { job, url } = (body ?? {}) as { job?: string; url?: string };
  const place = job ?? url;
  if (place === undefined) throw problemError(500, undefined);
  return place;
}

/** Adds the options that every verb has, and runs its work with one exit code. */
export type Verb = (program: Command, act: Act) => void;
export type Act = <A extends unknown[]>(command: Command, work: (cli: Cli, options: Record<string, never>, ...args: A) => Promise<ExitCode | void>) => void;

export function required(value: string | undefined, option: string): string {
  if (value === undefined || value === '') throw usage(`${option} is missing.`, 'See the command with --help.');
  return value;
}

/** An instant with offset, or a date, which stands for its first moment in UTC. Gives ISO 8601 in UTC. */
export function instantOf(text: string, option: string): string {
  const withZone = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const at = new Date(text);
  if (!withZone || Number.isNaN(at.getTime())) throw usage(`${option} is no instant.`, 'Write it like 2026-11-02T09:00:00Z or 2026-11-02T10:00:00+01:00.');
  return at.toISOString();
}

/** Verbs that take addresses say so with `-`. */
export function requireDash(argument: string | undefined, verb: string): void {
  if (argument !== '-') throw usage(`${verb} reads addresses from standard input.`, `Write \`${verb} -\` and give one address a line; arguments can be read by other users of this machine.`);
}
