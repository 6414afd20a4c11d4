import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import type { INestApplication } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import { MovableClock } from '#engine/clock/movable.clock';
import { ProblemFilter } from '#http/problem.filter';
import { erasureWorld, type ErasureWorld } from '#test/support/erasures';
import { testEngine } from '#test/support/engine';
import { removeTempFolders } from '#test/support/temp-folder';
import { ClockBoard } from './clock-board.service.js';
import { ClocksController } from './clocks.controller.js';

interface Row { clockId: string; kind: string; level: string; dueAt: string }

describe('clocks over HTTP', () => {
  let world: ErasureWorld;
  let app: INestApplication;
  let url: string;
  const get = async (query: string) => JSON.parse(await (await fetch(`${url}/v1/clocks${query}`)).text()) as { items: Row[]; next?: string; status?: number };
  const kinds = async (query: string) => (await get(query)).items.map(({ kind }) => kind);

  beforeAll(async () => {
    world = await erasureWorld(await testEngine(undefined, new MovableClock(new Date('2026-11-02T09:00:00.000Z'), true)));
    await world.addPerson(['one@birds.example']);
    await world.addPerson(['two@birds.example'], '2026-10-10T00:00:00.000Z');
    await world.addPerson(['three@birds.example']);
    await world.optOut('three@birds.example');
    const module = await Test.createTestingModule({
      controllers: [ClocksController],
      providers: [
        ClockBoard, { provide: TOKENS.readModels, useValue: world.engine.readModels }, { provide: TOKENS.clock, useValue: world.clock },
        { provide: TOKENS.tenancy, useValue: world.tenancy }, { provide: TOKENS.catchUp, useValue: { readModels: () => world.projector.caughtUp() } },
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

  it('CL-01 CL-02 CL-06 CL-07 lists open clocks, earliest due first, by kind, state and date', async () => {
    expect(await kinds('')).toEqual(['CL-02', 'CL-06', 'CL-06', 'CL-06', 'CL-07', 'CL-07', 'CL-07']);
    expect(await kinds('?kind=CL-06')).toHaveLength(3);
    expect(await kinds('?state=met')).toEqual(['CL-01', 'CL-05']);
    expect(await kinds('?before=2026-11-20T00:00:00%2B02:00')).toEqual(['CL-02', 'CL-06']);
    expect((await get('?kind=CL-99')).status).toBe(400);
  });

  it('CL-06 the pages together hold every clock once', async () => {
    const seen: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page: { items: Row[]; next?: string } = await get(`?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ clockId }) => clockId));
      cursor = page.next;
    }
    expect(new Set(seen).size).toBe(7);
    expect(seen).toHaveLength(7);
  });

  it('INV-05 CL-02 CL-06 an opt-out that nobody worked on and a notice that nobody gave are overdue on the board', async () => {
    expect(await kinds('?overdue')).toEqual([]);
    world.clock.advanceTo(new Date('2026-11-05T09:00:00.001Z'));
    expect(await kinds('?overdue')).toEqual(['CL-02']);
    world.clock.advanceTo(new Date('2026-11-10T12:00:00.000Z'));
    expect(await kinds('?overdue=true')).toEqual(['CL-02']);
    world.clock.advanceTo(new Date('2026-11-11T00:00:00.000Z'));
    expect(await kinds('?overdue')).toEqual(['CL-02', 'CL-06']);
    expect(await app.get(ClockBoard).overdue()).toEqual({ 'CL-02': 1, 'CL-06': 1 });
  });
});
