import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { OutrightError } from '#kernel/errors';

/** Told in our own words: the framework's would quote the request, and a request can hold an address (SEC-03). */
const PLAIN: Readonly<Record<number, { title: string; rule: string; fix: string }>> = {
  400: { title: 'The request cannot be read.', rule: 'SEC-03', fix: 'Send valid JSON, as /openapi.json describes it.' },
  404: { title: 'There is no such route.', rule: 'SEC-03', fix: 'See /openapi.json for the routes.' },
  405: { title: 'The route does not answer this method.', rule: 'SEC-03', fix: 'See /openapi.json for the routes.' },
  413: { title: 'The request is too large.', rule: 'SEC-03', fix: 'Send less than 1 MB of JSON; lists are imported as text/csv.' },
  415: { title: 'The content type is not known here.', rule: 'SEC-03', fix: 'Send application/json, or text/csv for a list.' },
};

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
  const plain = PLAIN[status];
  if (plain !== undefined) return { type: `urn:outright:problem:http-${status}`, status, code: `http-${status}`, ...plain, exit: 2 };
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
