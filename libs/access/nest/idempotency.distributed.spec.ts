import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { lastValueFrom, from, defer } from 'rxjs';
import { MongoBlobStore } from '#engine/blob-store/mongo.blob-store';
import { MovableClock } from '#engine/clock/movable.clock';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { ownDatabase } from '#engine/distributed/own-database.fixture';
import { MongoLeases } from '#engine/leases/mongo.leases';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

const KEY = '0d4f6a7e-1c55-4f0c-9d52-1f1f0b4fd9a1';

/** The interceptors of two processes on the services that they share. */
async function twoProcesses() {
  const own = ownDatabase('idempotency');
  const mongos = [await MongoConnection.open(own.url), await MongoConnection.open(own.url)];
  const leases = mongos.map((mongo) => new MongoLeases(mongo));
  const clock = new MovableClock(new Date('2026-11-02T09:00:00Z'));
  const interceptors = await Promise.all(mongos.map(async (mongo, at) => new IdempotencyInterceptor({ blobs: await MongoBlobStore.open(mongo), leases: leases[at]! }, clock)));
  return {
    /** Sends a request to one of the processes. */
    async post(process: number, work: () => Promise<unknown>, body: unknown = { name: 'x' }) {
      const headers: Record<string, string> = {};
      const response = {
        statusCode: 201, headersSent: false, getHeader: () => undefined, setHeader: (name: string, value: string) => void (headers[name] = value),
        status(code: number) {
          this.statusCode = code;
          return this;
        },
      };
      const request = { method: 'POST', originalUrl: '/v1/lias', headers: { 'idempotency-key': KEY }, body, caller: { actor: { kind: 'api_key', id: 'key-1' } } };
      const context = { switchToHttp: () => ({ getRequest: () => request, getResponse: () => response }) } as unknown as ExecutionContext;
      const handler: CallHandler = { handle: () => defer(() => from(work())) };
      return { body: await lastValueFrom(interceptors[process]!.intercept(context, handler)), status: response.statusCode, replayed: headers['Idempotency-Replayed'] === 'true' };
    },
    async close() {
      for (const each of leases) await each.close();
      for (const mongo of mongos) await mongo.close();
      await own.drop();
    },
  };
}

describe('idempotency keys over two processes', () => {
  let on: Awaited<ReturnType<typeof twoProcesses>>;
  let runs: number;
  const once = async () => ({ run: (runs += 1) });
  beforeEach(async () => {
    on = await twoProcesses();
    runs = 0;
  });
  afterEach(() => on.close());

  it('while one is at work the other answers that it is; afterwards it repeats the first answer', async () => {
    let finish: (body: unknown) => void = () => undefined;
    let begun: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (begun = resolve));
    const first = on.post(0, () => {
      begun();
      return new Promise((resolve) => (finish = resolve));
    });
    await running;
    await expect(on.post(1, once)).rejects.toMatchObject({ code: 'idempotency-in-progress', status: 409, retriable: true });
    finish({ run: 'first' });
    expect(await first).toEqual({ body: { run: 'first' }, status: 201, replayed: false });
    expect(await on.post(1, once)).toEqual({ body: { run: 'first' }, status: 201, replayed: true });
    await expect(on.post(1, once, { name: 'other' })).rejects.toMatchObject({ code: 'idempotency-key-reused', status: 422 });
    expect(runs).toBe(0);
  });

  it('of many at once to both one runs, and each other gets its answer or hears that it runs', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => on.post(at % 2, once)));
    const got = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.body : (answer.reason as { code: string }).code));
    expect(runs).toBe(1);
    for (const each of got) expect([{ run: 1 }, 'idempotency-in-progress']).toContainEqual(each);
  });

  it('a request that failed may run again on the other', async () => {
    await expect(on.post(0, () => Promise.reject(new Error('wrong')))).rejects.toThrow('wrong');
    expect(await on.post(1, once)).toEqual({ body: { run: 1 }, status: 201, replayed: false });
  });
});
