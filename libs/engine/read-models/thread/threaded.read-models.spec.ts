import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { filesContaining } from '#engine/embedded/byte-scan.fixture';
import { openOutrightDb } from '#engine/embedded/outright-db.schema';
import { tempFolder } from '#engine/embedded/temp-folder.fixture';
import { ToldHead } from '#engine/event-feed/durable-head';
import { append, newContact, restricted } from '#engine/reactions/reactions.fixture';
import { testEngine, type TestEngine } from '#test/support/engine';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { indexAgreementContract } from '../index-agreement.contract.js';
import { readModelsContract } from '../read-models.contract.js';
import type { ModelThread } from './model-link.js';
import { modelThread, restrictionsWith } from './model-thread.fixture.js';
import { ThreadedReadModels } from './threaded.read-models.js';

async function onThread() {
  const folder = tempFolder();
  const events = join(folder.path, 'outright.db');
  const db = openOutrightDb(events);
  const readModels = new ThreadedReadModels({ thread: await modelThread(), readModels: join(folder.path, 'read-models.db'), events, deadLetters: join(folder.path, 'dead-letters.db'), head: new ToldHead(0) });
  return {
    readModels, folder,
    async close() {
      await readModels.close();
      db.close();
      folder.remove();
    },
  };
}

readModelsContract('on a thread', onThread);
indexAgreementContract('on a thread', onThread);

describe('read models on a thread', () => {
  let opened: TestEngine[] = [];
  let folding: ModelThread;
  beforeAll(async () => { folding = await modelThread(restrictionsWith()); });
  afterEach(async () => {
    for (const { engine } of opened) await engine.close();
    opened = [];
  });
  afterAll(removeTempFolders);

  const open = async (thread = folding, folder?: string) => {
    const world = await testEngine(folder, undefined, thread);
    opened.push(world);
    const projecting = world.engine.projecting([]);
    return { ...world, projecting, restrictions: (id: string) => world.engine.readModels.get('restrictions', id) };
  };

  it('are folded by it from the log, and are level when caughtUp() resolves', async () => {
    const world = await open();
    const [one, two] = [newContact(), newContact()];
    await append(world, one, [restricted(one), restricted(one, 'b')]);
    await world.projecting.start();
    for (let n = 1; n <= 30; n++) {
      await append(world, two, [restricted(two, `${n}`)]);
      await world.projecting.caughtUp();
      expect(await world.restrictions(two)).toEqual({ times: n, ground: `${n}` });
    }
    expect(await world.restrictions(one)).toEqual({ times: 2, ground: 'b' });
    expect(world.engine.feed.subscriptions()).toEqual([{ consumer: 'projections', lag: 0, failure: undefined }]);
  });

  it('INV-03 go on where they were after a restart, and equal those that the event loop folds', async () => {
    const contacts = Array.from({ length: 20 }, newContact);
    const first = await open();
    await first.projecting.start();
    for (const id of contacts) await append(first, id, [restricted(id)]);
    await first.engine.close();
    const again = await open(folding, first.folder);
    for (const id of contacts) await append(again, id, [restricted(id, 'again')]);
    await again.projecting.start();
    await again.projecting.caughtUp();
    const docs = await again.engine.readModels.find('restrictions', { limit: 100 });
    expect(docs.items).toEqual(contacts.map(() => ({ times: 2, ground: 'again' })));
    await again.engine.close();
  });

  it('H8 an event that cannot be folded is set aside by the thread, known to the event loop at once, and folded when it is replayed', async () => {
    const trouble = `if (data.ground === 'canary' && !globalThis.mended) { globalThis.mended = globalThis.tried === 5; globalThis.tried = (globalThis.tried ?? 0) + 1; throw new RangeError('about ' + data.ground); }`;
    const world = await open(await modelThread(restrictionsWith(trouble)));
    const [poisoned, fine] = [newContact(), newContact()];
    await world.projecting.start();
    await append(world, poisoned, [restricted(poisoned, 'canary')]);
    await world.projecting.caughtUp();
    await append(world, fine, [restricted(fine)]);
    await append(world, poisoned, [restricted(poisoned)]);
    await world.projecting.caughtUp();
    const { deadLetters } = world.engine;
    expect([deadLetters.holds(poisoned), deadLetters.holds(fine), await world.restrictions(poisoned), await world.restrictions(fine)]).toMatchObject([true, false, undefined, { times: 1 }]);
    const letters = await deadLetters.open();
    expect(letters).toMatchObject([{ consumer: 'projections', streamId: poisoned, version: 1, through: 2, code: 'RangeError' }]);
    await deadLetters.ask(letters.map(({ id }) => id), 'user officer');
    await waitFor('the end of the block', () => !deadLetters.holds(poisoned));
    expect(await world.restrictions(poisoned)).toMatchObject({ times: 2 });
    expect(world.engine.feed.subscriptions()).toMatchObject([{ consumer: 'projections', failure: undefined }]);
  });

  it('H8 a thread whose projections fail for everybody stands still and is shown; whoever waits hears why, and writes go on', async () => {
    const world = await open(await modelThread(restrictionsWith(`throw new RangeError('about ' + data.ground)`)));
    await world.projecting.start();
    await world.log.appendMany(Array.from({ length: 60 }, newContact).map((streamId) => ({ streamId, expected: 0, events: [restricted(streamId, 'canary')], meta: world.meta })));
    await expect(world.projecting.caughtUp()).rejects.toMatchObject({ code: 'subscription-failed', rule: 'H8' });
    expect(world.engine.feed.subscriptions()).toEqual([{ consumer: 'projections', lag: expect.any(Number), failure: expect.objectContaining({ code: 'subscription-failed', message: expect.not.stringContaining('canary') }) }]);
    await world.engine.readModels.saveCheckpoint('another', 7);
    expect(await world.engine.readModels.checkpoint('another')).toBe(7);
  });

  it('say so when it ends: who waits, who asks later, and readiness; the log goes on', async () => {
    const world = await open(await modelThread(restrictionsWith('process.exit(9)')));
    const id = newContact();
    await world.projecting.start();
    await append(world, id, [restricted(id)]);
    await expect(world.projecting.caughtUp()).rejects.toMatchObject({ code: 'read-models-ended', status: 503, fix: expect.stringContaining('restart') });
    await expect(world.engine.readModels.apply('restrictions', [])).rejects.toMatchObject({ code: 'read-models-ended' });
    expect(world.engine.feed.subscriptions()).toMatchObject([{ consumer: 'projections', failure: { code: 'read-models-ended' } }]);
    await append(world, id, [restricted(id)]);
    expect(await world.engine.feed.head()).toBe(2);
    await world.projecting.stop();
    await world.engine.close();
  });

  it('a thread that cannot start is told like one that has ended', async () => {
    const world = await open({ module: new URL('data:text/javascript,throw new Error("no")') });
    await expect(world.projecting.start()).rejects.toMatchObject({ code: 'read-models-ended' });
    await waitFor('the failure to show', () => world.engine.feed.subscriptions()[0]?.failure !== undefined);
  });

  it('ERA-01 a blanked document leaves no bytes behind after a scrub, while the event loop goes on reading', async () => {
    const { readModels, folder, close } = await onThread();
    await readModels.declare({ name: 'contacts', version: 1, indexes: ['prospectId'] });
    const canary = 'canary-of-a-person';
    await readModels.apply('contacts', [{ id: 'a', streamId: 'contact-a', streamVersion: 1, doc: { id: 'a', prospectId: 'prospect-a', note: canary } }]);
    expect(await readModels.get('contacts', 'a')).toMatchObject({ note: canary });
    expect(filesContaining(folder.path, [Buffer.from(canary)])).not.toEqual([]);
    await readModels.blank('contacts', 'prospectId', 'prospect-a');
    expect(await readModels.get('contacts', 'a')).toBeUndefined();
    await readModels.scrub();
    expect(filesContaining(folder.path, [Buffer.from(canary)])).toEqual([]);
    await close();
  });
});
