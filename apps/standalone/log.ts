import { types } from 'node:util';
import type { LoggerService } from '@nestjs/common';
import { OutrightError } from '#kernel/errors';

const { isNativeError } = types;

/** The framework's start-up chatter tells an operator nothing. */
const FRAMEWORK = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** One JSON line per message on standard error. Callers pass codes and ids, never values of people. */
export class JsonLog implements LoggerService {
  constructor(private readonly write: (line: string) => void = (line) => process.stderr.write(line), private readonly quiet = false) {}

  log(message: unknown, context?: string): void {
    if (!this.quiet && !FRAMEWORK.has(context ?? '')) this.line('info', message, context);
  }

  warn(message: unknown, context?: string): void {
    if (isNativeError(message)) this.failure(context ?? 'warning', message);
    else this.line('warn', message, context);
  }

  /** The framework hands exceptions over as they are. */
  error(message: unknown, ...rest: unknown[]): void {
    const context = typeof rest.at(-1) === 'string' ? (rest.at(-1) as string) : undefined;
    if (isNativeError(message)) this.failure(context ?? 'framework', message);
    else this.line('error', message, context);
  }

  /** An error by its code; foreign errors by class or system code and first stack line only, because their text can quote input. */
  failure(where: string, error: unknown): void {
    const code = error instanceof OutrightError ? error.code : foreignCode(error);
    const at = isNativeError(error) ? firstFrame(error) : undefined;
    this.line('error', error instanceof OutrightError ? error.message : `Fault: ${code}`, where, { code, ...(at === undefined ? {} : { at }) });
  }

  private line(level: string, message: unknown, context?: string, more: object = {}): void {
    this.write(`${JSON.stringify({ at: new Date().toISOString(), level, ...(context === undefined ? {} : { context }), message: String(message), ...more })}\n`);
  }
}

/** `ENOSPC`, `SQLITE_FULL`, or the class. */
function foreignCode(error: unknown): string {
  if (!isNativeError(error)) return 'unknown';
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : error.name;
}

/** The line below the message, however many lines the message has. */
function firstFrame({ stack = '', message }: Error): string | undefined {
  const at = stack.indexOf(message);
  if (at < 0) return undefined;
  return stack.slice(at + message.length).split('\n').find((line) => line.trim().startsWith('at '))?.trim();
}
