import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { allProjections } from '#apps/standalone/reactions';
import { openEngine } from '#apps/standalone/open-engine';
import { PROCESS_ROLES } from '#apps/standalone/process-roles';
import { JsonLog } from '#apps/standalone/log';
import { servicesOf } from '#apps/standalone/services';
import { CheckpointService } from '#audit/nest/checkpoint.service';
import { isSignedBy } from '#audit/domain/checkpoint';
import { COLLECTIONS } from '#contracts/read-models';
import { MovableClock } from '#engine/clock/movable.clock';
import type { Engine } from '#engine/engine.port';
import { EventLog } from '#engine/event-log/event-log';
import { newStream } from '#engine/event-store/prepared-event.fixture';
import { distributed } from '#test/support/distributed';
import { embedded } from '#test/support/engines';
import { testInstallation } from '#test/support/installation';
import { appendAll, commitsIn, copyIndexes, copySecrets } from '#test/support/migration';
import { readModelsOf } from '#test/support/read-models';
import { testStandalone, type TestStandalone } from '#test/support/standalone';
import { removeTempFolders } from '#test/support/temp-folder';
import { erasuresDone, expectStatus, finish, finished, HOUR, importRows, journey, launch, oneClickPath, prospect, readyToSend, submit, type Journey } from './journey.js';

const NAMES = ['leaves', 'stays', 'also-stays', 'types'];
const address = (name: string): string => `${name}@depots.example`;

/** A message that met a wish on its way: one process leaves none. */
const NEVER_HERE = COLLECTIONS.overlaps;

describe('one history on both engines', () => {
  const services = distributed();
  const opened: TestStandalone[] = [];
  afterEach(async () => {
    for (const app of opened.splice(0)) await app.close();
  });
  afterAll(removeTempFolders);
  afterAll(() => services.remove());

  it('INV-03 INV-12 INV-27 AUD-03 folds to the same read models, has the same checkpoints under the same keys, and verifies', async () => {
    // Given what an embedded installation lived through: imports, sends, refusals, opt-outs and their erasures
    const on = await journey(embedded);
    await history(on);
    await on.close();
    const commits = commitsIn(on.config.data);
    expect(commits.length).toBeGreaterThan(40);

    // When the same bytes, keys and indexes lie on services
    const config = await testInstallation({ smtpPort: on.sink.port, testRecipients: ['colleague@sender.example'], extra: await services.settings() });
    copySecrets(on.config.data, config.data);
    const parts = { clock: on.clock, log: new JsonLog(() => undefined), passphrase: undefined };
    const filling = await openEngine({ ...parts, config, roles: PROCESS_ROLES });
    await appendAll(filling.store, commits);
    await filling.close();
    await copyIndexes(on.config.data, servicesOf(config.distributed!));
    // Each engine signs the whole history, and not where the other stopped.
    rmSync(join(on.config.data, 'checkpoints'), { recursive: true });
    const idle = { clock: new MovableClock(on.clock.now(), true), listen: false, work: false };
    for (const each of [on.config, config]) opened.push(await testStandalone({ ...idle, config: each }));
    const [{ app: here }, { app: there }] = opened as [TestStandalone, TestStandalone];

    // Then every event is the same, byte for byte, at the same place
    const heads = await here.engine.store.heads('', 1_000);
    expect(await there.engine.store.heads('', 1_000)).toEqual(heads);
    for (const { streamId } of heads) {
      const bytes = async ({ store }: Engine) => (await store.load(streamId)).map((event) => event.bytes.toString('latin1'));
      expect(await bytes(there.engine)).toEqual(await bytes(here.engine));
    }
    // And every document of every read model; nothing of an engine's own stands in any
    for (const { local } of opened) expectStatus(200, await local.get('/v1/erasures'));
    const models = await readModelsOf(here.engine.readModels, allProjections);
    expect(await readModelsOf(there.engine.readModels, allProjections)).toEqual(models);
    expect(Object.entries(models).filter(([name, docs]) => docs.length === 0 && name !== NEVER_HERE).map(([name]) => name)).toEqual([]);

    // And the checkpoint, to its signature; then the one that follows it
    const { publicKeyPem } = await here.engine.keyProvider.signingKey();
    for (const n of [1, 2]) {
      const [mine, theirs] = [await takeOf(here), await takeOf(there)];
      expect(mine).toMatchObject({ n });
      expect(theirs).toEqual(mine);
      expect(isSignedBy(theirs!, publicKeyPem)).toBe(true);
      if (n === 1) await restrictOnBoth(here.engine, there.engine);
    }
    // And both verify
    for (const { local } of opened) expect(await finish(local, '/v1/audit/verify', {})).toMatchObject({ ok: true, findings: [], checkpoints: 2, streamsAheadOfCheckpoints: 0 });
  });
});

async function history(on: Journey): Promise<void> {
  await readyToSend(on);
  expectStatus(200, await on.officer.post('/v1/suppressions/import', { body: `email\n${address('never')}\n`, headers: { 'content-type': 'text/csv' } }));
  await importRows(on, 'depots', [...NAMES.map((name) => prospect(address(name), on.clock)), prospect(address('private'), on.clock, { country: 'DE', recipient_type: 'private' }), prospect(address('never'), on.clock)]);
  await importRows(on, 'again', [prospect(address('stays'), on.clock)]);
  await launch(on, 'autumn', 'depots');
  await finished(on, 'autumn');
  expectStatus(200, await submit(on, await oneClickPath(on.sink.messages.find(({ to }) => to.includes(address('leaves')))!), { 'List-Unsubscribe': 'One-Click' }));
  expectStatus(200, await submit(on, '/u', { address: address('types') }));
  await on.moveTo(new Date(on.clock.now().getTime() + HOUR));
  await erasuresDone(on, 2);
}

const takeOf = async ({ app }: TestStandalone['app']) => (await app.get(CheckpointService, { strict: false }).take())?.checkpoint;

/** The very same event once more. */
async function restrictOnBoth(...engines: readonly Engine[]): Promise<void> {
  const [{ store, vault, clock }] = engines as [Engine];
  const contactId = newStream();
  const meta = { tenantId: 'main', actor: { kind: 'system', id: 'test' }, policyVersion: 'test-1' } as const;
  const commit = await new EventLog(store, vault, clock).prepare({ streamId: contactId, expected: 0, meta, events: [{ type: 'RestrictionSet', data: { contactId, ground: 'dispute' } }] });
  for (const engine of engines) {
    await engine.store.append(commit);
    await engine.feed.published();
  }
}
