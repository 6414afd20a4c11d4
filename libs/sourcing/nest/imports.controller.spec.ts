import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Global, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TOKENS } from '#contracts/api/tokens';
import { ProblemFilter } from '#http/problem.filter';
import { ROLES_KEY } from '#http/roles';
import { removeTempFolders, tempFolder } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { ImportsController } from './imports.controller.js';
import { ACTOR, ATTESTED, fixtureTenancy, HEADER, openSourcing, plainRows } from './sourcing.fixture.js';
import { SourcingModule } from './sourcing.module.js';

describe('imports over HTTP', () => {
  const folder = tempFolder('imports-http');
  const uploads = join(folder, 'uploads');
  let sourcing: Awaited<ReturnType<typeof openSourcing>>;
  let app: INestApplication;
  let url = '';

  beforeAll(async () => {
    mkdirSync(uploads);
    writeFileSync(join(uploads, 'left-over.csv'), 'x');
    sourcing = await openSourcing(join(folder, 'data'));
    const values: Record<symbol, unknown> = {
      [TOKENS.eventLog]: sourcing.log, [TOKENS.vault]: sourcing.engine.vault, [TOKENS.registry]: sourcing.engine.registry, [TOKENS.keyProvider]: sourcing.engine.keyProvider,
      [TOKENS.readModels]: sourcing.engine.readModels, [TOKENS.catchUp]: sourcing.catchUp, [TOKENS.addressBook]: sourcing.book, [TOKENS.tenancy]: fixtureTenancy,
      [TOKENS.clock]: sourcing.clock, [TOKENS.engine]: sourcing.engine, [TOKENS.installation]: { paths: { dataFolder: folder, mailFolder: undefined, uploads } },
    };
    const tokens = Object.getOwnPropertySymbols(values);
    @Global()
    @Module({ providers: tokens.map((provide) => ({ provide, useValue: values[provide] })), exports: tokens })
    class Parts {}
    @Module({ imports: [Parts, SourcingModule] })
    class App {}
    app = await NestFactory.create(App, { logger: false });
    app.useGlobalFilters(new ProblemFilter());
    app.use((request: { caller?: unknown }, _: unknown, next: () => void) => {
      request.caller = { actor: ACTOR, roles: ['sales'] };
      next();
    });
    await app.listen(0, '127.0.0.1');
    url = (await app.getUrl()) + '/v1/imports';
  });
  afterAll(async () => {
    await app.close();
    await sourcing.close();
    removeTempFolders();
  });

  const send = (csv: string, config: string, query = '', headers: Record<string, string> = {}) =>
    fetch(url + query, { method: 'POST', body: csv, headers: { 'content-type': 'text/csv', 'outright-import-config': Buffer.from(config).toString('base64'), ...headers } });
  const ended = async (job: string): Promise<{ job: Record<string, never>; recorded?: Record<string, never> }> => {
    let body: never;
    await waitFor('the import to end', async () => {
      body = await (await fetch(url.replace('/v1/imports', job))).json() as never;
      return (body as { job: { state: string } }).job.state !== 'running';
    });
    return body!;
  };

  it('SRC-04 a left-over upload is gone after the start', () => {
    expect(existsSync(join(uploads, 'left-over.csv'))).toBe(false);
  });

  it('SRC-01 answers 202 with the job, then progress, counts and findings; the upload is deleted', async () => {
    const answer = await send(`${HEADER}\n${plainRows(30)}\nx,y`, `name: web\n${ATTESTED}`);
    expect(answer.status).toBe(202);
    const { job, name } = await answer.json() as { job: string; name: string };
    expect(answer.headers.get('location')).toBe(job);
    expect(name).toBe('web');
    const { job: state, recorded } = await ended(job);
    expect(state).toMatchObject({ state: 'done', progress: { phase: 'storing', percent: 100 }, report: { counts: { created: 30, refused: 1 }, findings: [{ line: 32, code: 'column-count' }] } });
    expect(recorded).toMatchObject({ name: 'web', state: 'completed', counts: { created: 30 } });
    await waitFor('the upload to go', () => readdirSync(uploads).length === 0);
    const list = await (await fetch(url)).json() as { items: unknown[] };
    expect(list.items).toMatchObject([{ name: 'web' }]);
  });

  it('SRC-01 a dry run stores nothing', async () => {
    const before = (await sourcing.events()).length;
    const { job } = await (await send(`${HEADER}\n${plainRows(3, 500)}`, `name: dry\n${ATTESTED}`, '?dryRun=true')).json() as { job: string };
    expect((await ended(job)).job).toMatchObject({ state: 'done', dryRun: true, report: { counts: { created: 3 } } });
    expect(await sourcing.events()).toHaveLength(before);
  });

  it.each<[string, string, string, Record<string, string>, number, string]>([
    ['ROL-05 no attestation', 'name: a\n', '', {}, 422, 'attestation-missing'],
    ['SRC-01 an unknown key', `nmae: a\n${ATTESTED}`, '', {}, 400, 'import-config'],
    ['SRC-01 a file that is not CSV', `name: a\n${ATTESTED}`, '', { 'content-type': 'application/json' }, 415, 'content-type'],
    ['SRC-13 no name', ATTESTED, '', {}, 400, 'import-name'],
    ['SRC-01 a wrong query', `name: a\n${ATTESTED}`, '?dryRun=maybe', {}, 400, 'bad-request'],
  ])('%s is refused at once with a problem', async (_, config, query, headers, status, code) => {
    const answer = await send('{}', config, query, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ code });
    expect(readdirSync(uploads)).toEqual([]);
  });

  it('SRC-03 a job that is refused carries the problem with rule and fix', async () => {
    const { job } = await (await send(`${HEADER}\n${plainRows(1).replace('public_website', 'purchased')}`, `name: bought\n${ATTESTED}`)).json() as { job: string };
    const body = await ended(job);
    expect(body).toMatchObject({ job: { state: 'failed', problem: { code: 'purchased', rule: 'SRC-03', status: 422 } }, recorded: { state: 'rejected', reason: 'purchased' } });
  });

  it('SRC-01 an unknown import is 404', async () => {
    expect((await fetch(`${url}/import-none`)).status).toBe(404);
  });

  it('SRC-01 every route says who may call it, and the folder is private', () => {
    for (const method of ['start', 'list', 'one'] as const) expect(Reflect.getMetadata(ROLES_KEY, ImportsController.prototype[method])).toContain('sales');
    expect(Reflect.getMetadata(ROLES_KEY, ImportsController.prototype.start)).not.toContain('auditor');
    expect(statSync(uploads).isDirectory()).toBe(true);
  });
});
