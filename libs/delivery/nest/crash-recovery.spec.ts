import { expect, it } from '@jest/globals';
import { CONNECTIONS, killedCampaign, PEOPLE } from '#bench/support/killed-campaign';
import type { DispatchDoc } from '#contracts/read-models';

it('SND-10 INV-02 H1 killed between final dot and reply: nobody gets it twice, what is not known is listed, and a person settles it', async () => {
  const crash = await killedCampaign('after-final-dot:3');
  const { rig, markers, authorised, handedOff, unknown } = crash;
  expect(crash.signal).toBe('SIGKILL');
  expect(new Set(markers).size).toBe(markers.length);
  expect(new Set(authorised.map(({ dispatchId }) => dispatchId)).size).toBe(PEOPLE);
  expect(authorised).toHaveLength(PEOPLE);
  expect(unknown.length).toBeGreaterThanOrEqual(1);
  expect(unknown.length).toBeLessThanOrEqual(CONNECTIONS);
  expect(handedOff.length + unknown.length).toBe(PEOPLE);

  const listed = async () => (await rig.engine.readModels.find<DispatchDoc>('dispatches', { where: { status: 'unknown' } })).items;
  const [first, ...rest] = await listed();
  expect(rest).toHaveLength(unknown.length - 1);
  const { contactId, dispatchId, campaignId } = first!;
  await rig.contacts.execute({ type: 'ResolveUnknown', contactId, dispatchId, campaignId, outcome: 'delivered', reason: 'seen in the log of the mail server' }, rig.meta);
  await rig.catchUp.readModels();
  expect((await listed()).map((doc) => doc.dispatchId)).toEqual(rest.map((doc) => doc.dispatchId));
  await crash.close();
});
