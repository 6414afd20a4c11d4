import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { OutrightError } from '#kernel/errors';

/** RFC 9457 problem document; `rule` is the requirement ID, `fix` what to do. Unexpected errors show no detail to the caller. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly rule?: string;
  readonly fix?: string;
  readonly exit?: number;
  readonly retriable?: boolean;
  readonly findings?: readonly unknown[];
}

export function problemOf(error: unknown): Problem {
  if (error instanceof OutrightError) {
    return {
      type: `urn:outright:problem:${error.code}`, title: error.message, status: error.status, code: error.code, exit: error.exit,
      ...(error.rule === undefined ? {} : { rule: error.rule }), ...(error.fix === undefined ? {} : { fix: error.fix }),
      ...(error.retriable ? { retriable: true } : {}), ...(error.findings.length === 0 ? {} : { findings: error.findings }),
    };
  }
  const status = error instanceof HttpException ? error.getStatus() : Number((error as { status?: unknown } | undefined)?.status ?? 500);
  const known = status >= 400 && status < 500;
  return {
    type: `urn:outright:problem:http-${known ? status : 500}`, status: known ? status : 500, code: `http-${known ? status : 500}`,
    title: known && error instanceof Error ? error.message : 'Outright could not answer because of an internal fault.',
    ...(known ? {} : { fix: 'See the log of the app at this time.', exit: 1 }),
  };
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly report: (error: unknown) => void = () => undefined) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = problemOf(error);
    if (problem.status >= 500) this.report(error);
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) {
      response.end();
      return;
    }
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }
}
