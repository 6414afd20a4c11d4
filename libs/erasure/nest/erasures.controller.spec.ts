import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import type { INestApplication } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import { ProblemFilter } from '#http/problem.filter';
import { ROLES_KEY } from '#http/roles';
import { erasureWorld, type ErasureWorld, type Person } from '#test/support/erasures';
import { removeTempFolders } from '#test/support/temp-folder';
import { ErasureCases } from './erasure-cases.js';
import { ErasuresController } from './erasures.controller.js';

describe('erasures over HTTP', () => {
  let world: ErasureWorld;
  let app: INestApplication;
  let done: Person;
  let url: string;
  const get = async (path: string) => {
    const response = await fetch(`${url}${path}`);
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  };

  beforeAll(async () => {
    world = await erasureWorld();
    done = await world.addPerson(['http@birds.example']);
    await world.optOut('http@birds.example');
    await world.managers.start();
    await world.settle();
    await world.managers.stop();
    const waiting = await world.addPerson(['waiting@birds.example']);
    await world.optOut('waiting@birds.example');
    expect((await world.sweep.run()).failures).toEqual([]);
    expect(await world.caseOf(waiting.prospectId)).toBeDefined();
    const module = await Test.createTestingModule({
      controllers: [ErasuresController],
      providers: [
        { provide: TOKENS.readModels, useValue: world.engine.readModels }, { provide: TOKENS.clock, useValue: world.clock },
        { provide: TOKENS.catchUp, useValue: { readModels: () => world.projector.caughtUp() } }, { provide: ErasureCases, useValue: world.cases },
      ],
    }).compile();
    app = module.createNestApplication({ logger: false });
    app.useGlobalFilters(new ProblemFilter());
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(async () => {
    await app.close();
    await world.close();
    removeTempFolders();
  });

  it('ERA-01 lists cases, earliest due first, with steps, hours left and no id of a person', async () => {
    const { items } = JSON.parse((await get('/v1/erasures')).text) as { items: Record<string, unknown>[] };
    expect(items.map(({ state }) => state)).toEqual(['completed', 'open']);
    expect(items[1]).toMatchObject({ next: 'suppress', trigger: 'opt_out' });
    expect(items[1]!.hoursLeft).toBeGreaterThan(71);
    expect(JSON.stringify(items)).not.toContain('prospect-');
    expect((JSON.parse((await get('/v1/erasures?state=overdue')).text) as { items: unknown[] }).items).toEqual([]);
    expect((await get('/v1/erasures?state=gone')).status).toBe(400);
  });

  it('INV-26 ERA-09 gives the proof as JSON, text and page', async () => {
    const caseId = (await world.caseOf(done.prospectId))!;
    const json = JSON.parse((await get(`/v1/erasures/${caseId}`)).text) as Record<string, unknown>;
    expect(json).toMatchObject({ state: 'completed', intact: true, proof: { caseId, trigger: 'opt_out' } });
    const text = await get(`/v1/erasures/${caseId}?format=text`);
    expect([text.type, text.text.split('\n')[0]]).toEqual(['text/plain; charset=utf-8', 'Proof of erasure']);
    expect((await get(`/v1/erasures/${caseId}?format=html`)).type).toBe('text/html; charset=utf-8');
  });

  it('ERA-01 says what is known of an open case and nothing of an unknown one', async () => {
    const open = (JSON.parse((await get('/v1/erasures?state=open')).text) as { items: { caseId: string }[] }).items[0]!;
    expect(JSON.parse((await get(`/v1/erasures/${open.caseId}`)).text)).toMatchObject({ state: 'open', next: 'suppress' });
    const unknown = await get('/v1/erasures/case-unknown');
    expect([unknown.status, JSON.parse(unknown.text).code]).toEqual([404, 'erasure-unknown']);
  });

  it('SEC-02 sales may see the list and not the proof', () => {
    const roles = (method: 'list' | 'one') => Reflect.getMetadata(ROLES_KEY, ErasuresController.prototype[method]) as string[];
    expect([roles('list').sort(), roles('one').sort()]).toEqual([['auditor', 'officer', 'sales'], ['auditor', 'officer']]);
  });
});
