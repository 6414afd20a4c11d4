import { OFFICER, type SendingRig } from './sending-rig.js';

/** Gives every contact the events of campaigns long past, until its stream holds `events`; snapshots arise as they would in use. */
export async function ageContacts(rig: SendingRig, contactIds: readonly string[], events: number): Promise<void> {
  const meta = { ...rig.meta, actor: OFFICER };
  for (let at = 0; at < contactIds.length; at += 250) {
    for (let have = 1; have < events; have += 16) {
      const requests = await Promise.all(contactIds.slice(at, at + 250).map(async (contactId) => {
        const loaded = await rig.contacts.load(contactId);
        const facts = Array.from({ length: Math.min(16, events - have) }, (_, i) => pastEvent(contactId, have + i));
        return rig.contacts.request(contactId, loaded, facts, meta, `past:${contactId}:${have}`);
      }));
      await rig.log.appendMany(requests);
    }
  }
  await rig.projections.caughtUp();
}

function pastEvent(contactId: string, number: number) {
  const about = { contactId, dispatchId: `past-${Math.floor(number / 2)}-${contactId.slice(-12)}`, campaignId: `campaign-past-${Math.floor(number / 2)}` };
  return { type: 'DispatchRefused' as const, data: { ...about, reasons: ['campaign-paused'], verdictsRef: 'past', ruleSetVersion: 'past' } };
}
