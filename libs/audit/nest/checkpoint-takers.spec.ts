import { afterAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { CheckpointStore } from '#engine/checkpoint-store/checkpoint-store.port';
import { randomId } from '#kernel/ids';
import { auditOf } from '#test/support/audit';
import { testEngine } from '#test/support/engine';
import { removeTempFolders } from '#test/support/temp-folder';

afterAll(removeTempFolders);

it('INV-27 a process that is overtaken with a checkpoint signs what is left as the next one, and the chain stays whole', async () => {
  const test = await testEngine();
  const append = (): Promise<unknown> => {
    const contactId = randomId(randomBytes, 'contact');
    return test.log.append({ streamId: contactId, expected: 'any', events: [{ type: 'RestrictionSet', data: { contactId, ground: 'dispute' } }], meta: test.meta });
  };
  const faster = auditOf(test);
  const overtaken = async (meanwhile: () => Promise<unknown>) => {
    let waiting = true;
    const { checkpoints: own } = test.engine;
    const add: CheckpointStore['add'] = async (...checkpoint) => {
      if (waiting) {
        waiting = false;
        await faster.checkpoints.take();
        await meanwhile();
      }
      return own.add(...checkpoint);
    };
    const checkpoints = Object.assign(Object.create(own) as CheckpointStore, { add });
    return auditOf({ ...test, engine: { ...test.engine, checkpoints } as never }).checkpoints.take();
  };
  await append();
  expect(await overtaken(async () => undefined)).toBeUndefined();
  await append();
  expect(await overtaken(append)).toMatchObject({ checkpoint: { n: 3, count: 1 } });
  expect(await faster.verifier.verify()).toMatchObject({ ok: true, checkpoints: 3, streamsAheadOfCheckpoints: 0 });
  await test.engine.close();
});
