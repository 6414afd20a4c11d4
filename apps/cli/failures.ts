import { CommanderError } from 'commander';
import { EXIT, OutrightError, type ExitCode } from '#kernel/errors';
import { problemOf, type Problem } from '#http/problem.filter';

const CODES = new Set<number>(Object.values(EXIT));

/** An answered problem document as the error it was; other bodies by their status. */
export function problemError(status: number, body: unknown): OutrightError {
  const problem = typeof body === 'object' && body !== null && 'title' in body ? (body as Problem) : undefined;
  if (problem === undefined) {
    return new OutrightError(`The app answered ${status}.`, { code: `http-${status}`, status, exit: exitOf(status), fix: 'Check that --url leads to an Outright app of this version.' });
  }
  const { title, code, rule, fix, findings, retriable } = problem;
  return new OutrightError(title, {
    code, status, exit: problem.exit !== undefined && CODES.has(problem.exit) ? (problem.exit as ExitCode) : exitOf(status),
    ...(rule === undefined ? {} : { rule }), ...(fix === undefined ? {} : { fix }), ...(findings === undefined ? {} : { findings }), ...(retriable === undefined ? {} : { retriable }),
  });
}

function exitOf(status: number): ExitCode {
  if (status === 401 || status === 403 || status === 409 || status === 422 || status === 429) return EXIT.refused;
  if (status === 502 || status === 503 || status === 504) return EXIT.busy;
  return status < 500 ? EXIT.usage : EXIT.fault;
}

export function interrupted(): OutrightError {
  return new OutrightError('Interrupted. What was stored stays; the same command goes on from there.', { code: 'interrupted', exit: EXIT.interrupted, retriable: true });
}

export function usage(message: string, fix: string): OutrightError {
  return new OutrightError(message, { code: 'usage', exit: EXIT.usage, fix });
}

/** Problem document and exit code of anything that was thrown. A fault shows no text of its own, because that can quote input. */
export function failureOf(error: unknown): { problem: Problem; exit: ExitCode } {
  if (error instanceof CommanderError) {
    const exit = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return { problem: { type: 'urn:outright:problem:usage', title: error.message.replace(/^error: /, ''), status: 400, code: 'usage', exit, fix: 'See the command with --help.' }, exit };
  }
  const problem = problemOf(error);
  return { problem, exit: (problem.exit ?? EXIT.fault) as ExitCode };
}

/** What, why and fix in lines of their own. */
export function failureText(problem: Problem): string {
  const lines = [`outright: ${problem.title}`];
  if (problem.rule !== undefined) lines.push(`  why  ${problem.rule}`);
  for (const finding of (problem.findings ?? []).slice(0, 20)) lines.push(`  -    ${findingText(finding)}`);
  if ((problem.findings ?? []).length > 20) lines.push(`  -    and ${(problem.findings ?? []).length - 20} more; see --json`);
  if (problem.fix !== undefined) lines.push(`  fix  ${problem.fix}`);
  return `${lines.join('\n')}\n`;
}

export function findingText(finding: unknown): string {
  if (typeof finding !== 'object' || finding === null) return String(finding);
  const { fix, ...rest } = finding as Record<string, unknown>;
  const text = Object.entries(rest).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)).map(([key, value]) => `${key} ${String(value)}`).join(' · ');
  return typeof fix === 'string' ? `${text} → ${fix}` : text;
}
