import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { distributed } from '#test/support/distributed';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { erasuresDone, expectStatus, HOUR, importRows, journey, prospect, readyToSend, submit, type Journey } from './journey.js';

const ADDRESS = 'left@buyer.example';

describe('a trace that somebody left in the services', () => {
  const engine = distributed();
  let on: Journey;
  afterEach(() => on?.close());
  afterAll(removeTempFolders);
  afterAll(() => engine.remove());

  it('ERA-03 INV-07 (partly) is found by the search of the bytes: the erasure is not proved before it is gone', async () => {
    on = await journey(engine);
    await readyToSend(on);
    await importRows(on, 'list', [prospect(ADDRESS, on.clock)]);
    const left = await mongoose.createConnection(on.config.distributed!.mongo.url!).asPromise();
    try {
      // Given a copy that no projection knows of
      await left.collection('support_notes').insertOne({ text: `She said: write to ${ADDRESS}` });
      // When she leaves
      expectStatus(200, await submit(on, '/u', { address: ADDRESS }));
      // Then the search says where it is, by a code and without her address
      let events = '';
      await waitFor('the search to find it', async () => {
        await on.app.nudge();
        const [found] = expectStatus(200, await on.officer.get('/v1/erasures')).body.items as { caseId: string }[];
        if (found !== undefined) events = (await on.app.engine.store.loadText(found.caseId)).map(({ text }) => text).join('\n');
        return events.includes('ErasureReopened');
      });
      expect(events).toContain('"mongodb-support_notes"');
      expect(events).not.toMatch(/ErasureCompleted|buyer\.example/);
      // And with the copy the last obstacle is gone
      await left.dropCollection('support_notes');
      await on.moveTo(new Date(on.clock.now().getTime() + HOUR));
      expect(await erasuresDone(on, 1)).toMatchObject([{ state: 'completed' }]);
    } finally {
      await left.close();
    }
  });
});
