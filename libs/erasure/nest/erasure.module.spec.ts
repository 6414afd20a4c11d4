import { afterAll, describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { StartContactErasure } from '#contracts/api/contact-commands';
import { StartErasure } from '#contracts/api/erasures';
import { TOKENS } from '#contracts/api/tokens';
import { AdvanceErasure, HonourWish, VerifyErasures, WatchErasureClock } from '../process-managers/erasure.commands.js';
import { erasureWorld } from '#test/support/erasures';
import { removeTempFolders } from '#test/support/temp-folder';
import { ErasureModule } from './erasure.module.js';
import { RetentionSweep } from './retention-sweep.service.js';

afterAll(removeTempFolders);

describe('erasure module', () => {
  it('ERA-01 takes a person from start to proof over the command bus', async () => {
    const world = await erasureWorld();
    const { engine } = world;
    const given = [
      [TOKENS.eventLog, world.log], [TOKENS.registry, engine.registry], [TOKENS.vault, engine.vault], [TOKENS.readModels, engine.readModels],
      [TOKENS.engine, engine], [TOKENS.clock, world.clock], [TOKENS.personalData, world.personal], [TOKENS.tenancy, world.tenancy], [TOKENS.addressBook, world.book],
      [TOKENS.mailTransport, world.mail], [TOKENS.installation, { paths: { mailFolder: world.mailFolder } }], [TOKENS.catchUp, { readModels: () => world.projector.caughtUp() }],
    ].map(([provide, useValue]) => ({ provide: provide as symbol, useValue }));
    @Global()
    @Module({ providers: given, exports: given.map(({ provide }) => provide) })
    class Given {}
    const app = await Test.createTestingModule({ imports: [CqrsModule.forRoot(), Given, ErasureModule] }).compile();
    await app.init();
    const bus = app.get(CommandBus, { strict: false });
    const execute = bus.execute.bind(bus);
    // The contact stream belongs to the permission context.
    bus.execute = ((command: object) => (command instanceof StartContactErasure ? world.execute(command) : execute(command as never)));

    const { prospectId, contactIds } = await world.addPerson(['bus@birds.example']);
    await execute(new StartErasure({ prospectId, trigger: 'objection', receivedAt: world.clock.now(), dueAt: new Date(world.clock.now().getTime() + 3_600_000) }));
    const caseId = (await world.caseOf(prospectId))!;
    await execute(new WatchErasureClock(caseId));
    await execute(new AdvanceErasure(caseId));
    await world.projector.caughtUp();
    await execute(new VerifyErasures(caseId));
    await execute(new HonourWish(contactIds[0]!));
    expect((await world.cases.load(caseId)).state.completedAt).toBeDefined();
    expect(await app.get(RetentionSweep, { strict: false }).run()).toEqual({ started: 0, settled: 0, failures: [] });
    await app.close();
    await world.close();
  });
});
