import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import type { AddressBook } from '#contracts/api/address-book';
import { TOKENS } from '#contracts/api/tokens';
import { MovableClock } from '#engine/clock/movable.clock';
import { distributed } from '#test/support/distributed';
import { TEST_START } from '#test/support/engine';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { erasuresDone, importRows, journey, MINUTE, prospect, readyToSend, type Journey } from './journey.js';

describe('an opt-out that came while its contact was being created', () => {
  const engine = distributed();
  let on: Journey;
  afterEach(() => on?.close());
  afterAll(removeTempFolders);
  afterAll(() => engine.remove());

  it('OPT-03 OPT-04 ERA-03 (partly) and met only the suppression is found by the sweep, and the person is forgotten', async () => {
    // It stands still, so that no sweep comes between the contact and the wish
    on = await journey(engine, new MovableClock(TEST_START, true));
    await readyToSend(on);
    await on.app.nudge();
    expect((await importRows(on, 'late', [prospect('late@buyer.example', on.clock)])).counts).toMatchObject({ created: 1 });
    const forms = on.app.app.get<AddressBook>(TOKENS.addressBook, { strict: false }).email('late@buyer.example');
    const { registry, store } = on.app.engine;
    const { contactId } = (await registry.locate('main', forms))!;
    // As the protocol leaves it where the creation looked before the wish and went live after it
    const { channel, strict, loose } = forms;
    await registry.suppress([{ tenantId: 'main', kind: channel, strict, loose, keyVersion: 1, scope: 'all_marketing', reason: 'opt_out', day: on.clock.now().toISOString().slice(0, 10) }]);
    await waitFor('the sweep to find the wish', async () => {
      await on.moveTo(new Date(on.clock.now().getTime() + MINUTE));
      return (await store.load(contactId)).some(({ type }) => type === 'OptOutRecorded');
    });
    expect(await erasuresDone(on, 1)).toMatchObject([{ state: 'completed' }]);
    expect(await registry.locate('main', forms)).toBeUndefined();
  });
});
