import { Controller, Get, Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AddressInfo } from 'node:net';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccessLog } from '#contracts/api/access-log';
import { TOKENS } from '#contracts/api/tokens';
import { ProblemFilter } from '#http/problem.filter';
import { AppClient } from '#test/support/app-client';
import { steadyTenancy } from '#test/support/contacts';
import { testEngine } from '#test/support/engine';
import { testStandalone, type TestStandalone } from '#test/support/standalone';
import { AccessModule } from './access.module.js';
import { AccessLogService } from './access-log.service.js';

let app: TestStandalone;
beforeAll(async () => { app = await testStandalone({ work: false }); });
afterAll(() => app.close());

describe('API keys over HTTP', () => {
  it('ACC-03 (partly) a key passes with its role, until it is revoked, at once', async () => {
    const { status, body: made } = await app.local.post('/v1/keys', { json: { role: 'auditor', label: 'outside auditor' } });
    expect(status).toBe(201);
    const auditor = new AppClient({ url: app.app.url!, key: made.key });
    expect((await auditor.get('/v1/clocks')).status).toBe(200);
    expect((await auditor.post('/v1/opt-outs', { json: {} })).body).toMatchObject({ status: 403, code: 'role-missing', rule: 'ACC-03' });

    expect((await app.local.post(`/v1/keys/${made.keyId}/revoke`)).status).toBe(200);
    const refused = await auditor.get('/v1/clocks');
    expect(refused).toMatchObject({ status: 401, body: { code: 'key-refused' }, headers: { 'www-authenticate': 'Bearer realm="outright"' } });
  });

  it('a key ends at its expiry', async () => {
    const expiresAt = new Date(app.clock.now().getTime() + 3_600_000).toISOString();
    const { body: made } = await app.local.post('/v1/keys', { json: { role: 'sales', label: 'for an hour', expiresAt } });
    const sales = new AppClient({ url: app.app.url!, key: made.key });
    expect((await sales.get('/v1/imports')).status).toBe(200);
    app.clock.advance(3_600_000);
    expect((await sales.get('/v1/imports')).status).toBe(401);
  });

  it('SEC-02 (partly) is made on this machine only, shown once, and kept as a hash', async () => {
    const officer = await app.as('officer');
    expect((await officer.post('/v1/keys', { json: { role: 'sales', label: 'x' } })).body).toMatchObject({ status: 403, code: 'local-only' });
    const { body: made } = await app.local.post('/v1/keys', { json: { role: 'sales', label: 'once' } });
    const secret = String(made.key).split('_').slice(2).join('_');
    const listed = await officer.get('/v1/keys');
    expect(listed.body.items.map(({ keyId }: { keyId: string }) => keyId)).toContain(made.keyId);
    expect(JSON.stringify(listed.body)).not.toContain(secret);
    expect(JSON.stringify(listed.body)).not.toMatch(/hash/i);
    for (const event of await app.app.engine.store.load(`user-${made.keyId}`)) expect(event.bytes.includes(secret)).toBe(false);
    expect(app.logged.join('')).not.toContain(secret);
  });

  it('wrong keys are told 401, then slowed down and told 429; a valid key of the same source still passes', async () => {
    const sales = await app.as('sales');
    const wrong = new AppClient({ url: app.app.url!, key: `ork_0123456789abcdef_${'A'.repeat(43)}` });
    const statuses: number[] = [];
    while (!statuses.includes(429) && statuses.length < 12) statuses.push((await wrong.get('/v1/imports')).status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(5);
    expect(statuses.at(-1)).toBe(429);
    expect((await sales.get('/v1/imports')).status).toBe(200);
  });

  it('refuses what is no bearer key without reading the log', async () => {
    for (const authorization of ['Basic b3JrOng=', 'Bearer', 'Bearer ork_x_y', 'ork_0123456789abcdef_x', `Bearer ${'x'.repeat(4000)}`]) {
      const client = new AppClient({ url: app.app.url! });
      expect([401, 429]).toContain((await client.get('/v1/imports', { headers: { authorization } })).status);
    }
  });
});

describe('idempotency keys', () => {
  const lia = (id: string) => ({
    id, purpose: 'outreach', assessedBy: 'Jaan', assessedOn: '2026-10-01',
    interest: 'We want to tell warehouse managers about our barcode scanners.', necessity: 'Nobody else can tell them, and there is no milder way to reach them.', balancing: 'The message is short, rare, about their trade, and one click ends it for ever.',
  });
  const headers = { 'idempotency-key': '0d4f6a7e-1c55-4f0c-9d52-1f1f0b4fd9a1' };

  it('repeat the first answer and do nothing twice', async () => {
    const first = await app.local.post('/v1/lias', { json: lia('lia-once'), headers });
    const head = await app.app.engine.feed.head();
    const again = await app.local.post('/v1/lias', { json: lia('lia-once'), headers });
    expect(again).toMatchObject({ status: first.status, body: first.body, headers: { 'idempotency-replayed': 'true' } });
    expect(await app.app.engine.feed.head()).toBe(head);
  });

  it('refuse another request, and a key that can be guessed', async () => {
    expect((await app.local.post('/v1/lias', { json: lia('lia-other'), headers })).body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    expect((await app.local.post('/v1/lias', { json: lia('lia-short'), headers: { 'idempotency-key': '1' } })).body).toMatchObject({ status: 400, code: 'bad-idempotency-key' });
  });

  it('SEC-03 (partly) keep no answer that anyone else could read, and no secret at all', async () => {
    const folder = join(app.config.data, 'answers');
    const kept = readdirSync(folder);
    for (const name of kept) expect(readFileSync(join(folder, name)).includes('lia-once')).toBe(false);
    await app.local.post('/v1/keys', { json: { role: 'sales', label: 'twice' }, headers: { 'idempotency-key': 'a-key-for-a-secret-answer' } });
    expect(readdirSync(folder)).toEqual(kept);
  });
});

describe('the access log', () => {
  it('ACC-01 (partly) is durable before it answers, one event per thousand subjects', async () => {
    const log = app.app.app.get<AccessLog>(TOKENS.accessLog, { strict: false });
    const refs = Array.from({ length: 1001 }, (_, n) => `prospect-${n}`);
    const stream = `access-${app.clock.now().toISOString().slice(0, 10)}`;
    const before = (await app.app.engine.store.load(stream)).length;
    await log.record({ kind: 'local', id: 'tester' }, 'explain', ['recipient'], refs);
    const events = (await app.app.engine.store.load(stream)).slice(before);
    expect(events.map(({ type }) => type)).toEqual(['AccessLogged', 'AccessLogged']);
    await log.record({ kind: 'local', id: 'tester' }, 'explain', ['recipient'], []);
    expect((await app.app.engine.store.load(stream)).length).toBe(before + 2);
  });

  it('ACC-01 (partly) rejects when it cannot be written, so that nothing is shown', async () => {
    const test = await testEngine();
    const log = new AccessLogService(test.log, steadyTenancy);
    await test.engine.close();
    await expect(log.record({ kind: 'local', id: 'tester' }, 'explain', ['recipient'], ['prospect-1'])).rejects.toThrow();
  });
});

describe('deny by default', () => {
  @Controller('v1/forgotten')
  class ForgottenController {
    @Get()
    read(): string { return 'should never be read'; }
  }

  it('ACC-03 (partly) a route without roles is refused to everyone', async () => {
    const test = await testEngine();
    const values: [symbol, unknown][] = [
      [TOKENS.clock, test.clock], [TOKENS.eventLog, test.log], [TOKENS.readModels, test.engine.readModels], [TOKENS.tenancy, steadyTenancy],
      [TOKENS.catchUp, { readModels: async () => undefined }], [TOKENS.engine, test.engine],
    ];
    const providers = values.map(([provide, useValue]) => ({ provide, useValue }));
    @Global()
    @Module({ providers, exports: providers.map(({ provide }) => provide) })
    class PartsModule {}
    @Module({ imports: [PartsModule, AccessModule], controllers: [ForgottenController] })
    class ForgetfulModule {}
    const forgetful = await NestFactory.create(ForgetfulModule, { logger: false });
    forgetful.useGlobalFilters(new ProblemFilter());
    await forgetful.listen(0, '127.0.0.1');
    const { port } = (forgetful.getHttpServer() as { address(): AddressInfo }).address();
    const { body } = await new AppClient({ url: `http://127.0.0.1:${port}` }).get('/v1/forgotten');
    await forgetful.close();
    await test.engine.close();
    expect(body).toMatchObject({ status: 403, code: 'route-without-roles' });
  });
});
