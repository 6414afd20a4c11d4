import { afterAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { randomId } from '#kernel/ids';
import { auditOf } from '#test/support/audit';
import { testEngine } from '#test/support/engine';
import { removeTempFolders } from '#test/support/temp-folder';
import { CheckpointFiles } from './checkpoint-files.js';

afterAll(removeTempFolders);

it('INV-27 H10 a checkpoint signs each stream as far as the feed has handed it out, not as far as the store has it', async () => {
  const test = await testEngine();
  const contactId = randomId(randomBytes, 'contact');
  const append = () => test.log.append({ streamId: contactId, expected: 'any', events: [{ type: 'RestrictionSet', data: { contactId, ground: 'dispute' } }], meta: test.meta });
  await append();
  const through = await test.engine.feed.head();
  await append();
  // What is committed and not yet on disk: in the store, and not in the feed.
  const feed = Object.assign(Object.create(test.engine.feed) as typeof test.engine.feed, {
    read: async (after: number, limit: number) => (await test.engine.feed.read(after, limit)).filter(({ position }) => position <= through),
  });
  const { checkpoints } = auditOf(test, { tampered: { feed, store: test.engine.store } });
  expect(await checkpoints.take()).toMatchObject({ checkpoint: { n: 1 } });
  expect(await new CheckpointFiles(test.engine.checkpoints).place(1)).toMatchObject({ through });
  // The rest is signed by the next one, and the whole verifies.
  const { checkpoints: later, verifier } = auditOf(test);
  expect(await later.take()).toMatchObject({ checkpoint: { n: 2 } });
  expect(await verifier.verify()).toMatchObject({ ok: true, findingsTotal: 0 });
  await test.engine.close();
});
