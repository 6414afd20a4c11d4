import { EXIT, OutrightError, type ExitCode } from '#kernel/errors';
import type { ToldError } from './model-calls.js';

/** Never the text of a foreign error, which can quote what was stored. */
export function tellError(error: unknown): ToldError {
  if (error instanceof OutrightError) {
    const { message, code, rule, fix, status, exit, retriable } = error;
    return { message, code, rule, fix, status, exit, retriable };
  }
  const name = error instanceof Error ? error.name : 'no error';
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code';
  return { message: `The read models failed (${name}, ${code}).`, code: 'read-models-failed', status: 503, exit: EXIT.fault };
}

export function errorTold({ message, code, rule, fix, status, exit, retriable }: ToldError): OutrightError {
  return new OutrightError(message, {
    code, ...(rule === undefined ? {} : { rule }), ...(fix === undefined ? {} : { fix }), ...(status === undefined ? {} : { status }),
    ...(exit === undefined ? {} : { exit: exit as ExitCode }), retriable: retriable ?? false,
  });
}
