import { createHash } from 'node:crypto';
import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Request, Response } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { EngineFiles } from '#contracts/api/engine-files';
import { TOKENS } from '#contracts/api/tokens';
import type { Clock } from '#engine/clock/clock.port';
import type { CallerRequest } from '#http/roles';
import { hashOf } from '#http/sealed-blobs';
import { BadInput, OutrightError } from '#kernel/errors';
import { KeptAnswers, type KeptAnswer } from './kept-answers.js';

const KEY_FORM = /^[\x21-\x7e]{16,128}$/;
const LARGEST = 256 * 1024;
const PRUNE_EVERY_MS = 3_600_000;

/**
 * `Idempotency-Key` on POST: within 24 hours the same key and request get the first answer again and nothing is done twice. Failures,
 * secrets and answers beyond 256 KiB are not kept; there the commands' own idempotence stands.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly answers: KeptAnswers;
  private readonly running = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(@Inject(TOKENS.engine) private readonly engine: Pick<EngineFiles, 'blobs' | 'leases'>, @Inject(TOKENS.clock) clock: Clock) {
    this.answers = new KeptAnswers(engine.blobs, () => clock.now().getTime());
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.answers.prune();
    this.timer = setInterval(() => void this.answers.prune().catch(() => undefined), PRUNE_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request & CallerRequest>();
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || key === undefined || request.caller === undefined) return next.handle();
    const { kind, id } = request.caller.actor;
    return from(this.once(`${kind}:${id}`, String(key), request, context.switchToHttp().getResponse<Response>(), next));
  }

  private async once(owner: string, key: string, request: Request, response: Response, next: CallHandler): Promise<unknown> {
    if (!KEY_FORM.test(key)) throw new BadInput('The idempotency key has the wrong form.', { code: 'bad-idempotency-key', fix: 'Send 16 to 128 visible ASCII characters, for example a UUID.' });
    const asked = fingerprint(request);
    const name = `request/${hashOf(owner, key)}`;
    const mine = !this.running.has(name);
    if (mine) this.running.add(name);
    try {
      const first = mine && (await this.engine.leases.hold(name));
      // Looked for only now: whoever had the request before this one has kept its answer by now.
      const kept = await this.answers.find(owner, key);
      if (kept !== undefined) return replayed(kept, asked, response);
      if (!first) {
        throw new OutrightError('The first request with this idempotency key is still at work.', { code: 'idempotency-in-progress', status: 409, retriable: true, fix: 'Ask again when it has answered.' });
      }
      const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      if (mayKeep(body, response)) await this.answers.keep(owner, key, { request: asked, status: response.statusCode, body });
      return body;
    } finally {
      if (mine) {
        this.running.delete(name);
        await this.engine.leases.release(name).catch(() => undefined);
      }
    }
  }
}

function replayed(kept: KeptAnswer, asked: string, response: Response): unknown {
  if (kept.request !== asked) {
    throw new BadInput('This idempotency key was used for another request.', { code: 'idempotency-key-reused', status: 422, fix: 'Use a fresh key for each request, and the same one only to repeat it.' });
  }
  response.status(kept.status).setHeader('Idempotency-Replayed', 'true');
  return kept.body;
}

/** Streamed bodies are told apart by their headers; an import is idempotent by its content anyway. */
function fingerprint(request: Request): string {
  const { 'content-length': length, 'content-type': type, 'outright-import-config': config } = request.headers;
  return createHash('sha256').update(JSON.stringify([request.method, request.originalUrl, length, type, config, request.body ?? null])).digest('hex');
}

function mayKeep(body: unknown, response: Response): boolean {
  const plain = body !== null && typeof body === 'object' && [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(body) as object);
  const secret = String(response.getHeader('Cache-Control') ?? '').includes('no-store');
  return plain && !secret && !response.headersSent && JSON.stringify(body).length <= LARGEST;
}
