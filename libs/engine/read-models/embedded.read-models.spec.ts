import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { tempFolder } from '#engine/embedded/temp-folder.fixture';
import { filesContaining } from '#engine/embedded/byte-scan.fixture';
import { EmbeddedReadModels } from './embedded.read-models.js';
import { indexAgreementContract } from './index-agreement.contract.js';
import { readModelsContract, type ReadModelsUnderTest } from './read-models.contract.js';

async function inMemory(): Promise<ReadModelsUnderTest> {
  const readModels = new EmbeddedReadModels(':memory:');
  return { readModels, close: () => readModels.close() };
}

async function inFile(): Promise<ReadModelsUnderTest> {
  const folder = tempFolder();
  const readModels = new EmbeddedReadModels(join(folder.path, 'read-models.db'));
  return {
    readModels,
    async close() {
      await readModels.close();
      folder.remove();
    },
  };
}

readModelsContract('embedded in memory', inMemory);
readModelsContract('embedded in a file', inFile);
indexAgreementContract('embedded in a file', inFile);

describe('embedded read models', () => {
  it('keeps documents, blanks and checkpoints over a restart', async () => {
    const folder = tempFolder();
    const path = join(folder.path, 'read-models.db');
    const def = { name: 'contacts', version: 1, indexes: ['prospectId'] };
    const write = (id: string) => ({ id, streamId: `contact-${id}`, streamVersion: 1, doc: { id, prospectId: `prospect-${id}` } });
    let store = new EmbeddedReadModels(path);
    await store.declare(def);
    await store.apply('contacts', [write('a'), write('b')]);
    await store.blank('contacts', 'prospectId', 'prospect-a');
    await store.blank('contacts', 'prospectId', 'prospect-c');
    await store.saveCheckpoint('projection:contacts', 2);
    await store.close();
    store = new EmbeddedReadModels(path);
    expect(await store.declare(def)).toEqual({ rebuilt: false });
    await store.apply('contacts', [write('a'), write('c')]);
    expect((await store.find('contacts')).items).toEqual([{ id: 'b', prospectId: 'prospect-b' }]);
    expect(await store.checkpoint('projection:contacts')).toBe(2);
    await store.close();
    folder.remove();
  });

  it('ERA-01 a blanked document leaves no bytes behind after a scrub', async () => {
    const folder = tempFolder();
    const store = new EmbeddedReadModels(join(folder.path, 'read-models.db'));
    await store.declare({ name: 'contacts', version: 1, indexes: ['prospectId'] });
    const canary = 'canary-of-a-person';
    await store.apply('contacts', [{ id: 'a', streamId: 'contact-a', streamVersion: 1, doc: { id: 'a', prospectId: 'prospect-a', note: canary } }]);
    await store.blank('contacts', 'prospectId', 'prospect-a');
    await store.scrub();
    await store.close();
    expect(filesContaining(folder.path, [Buffer.from(canary)])).toEqual([]);
    folder.remove();
  });
});
