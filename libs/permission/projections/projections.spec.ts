import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { COLLECTIONS } from '#contracts/read-models';
import { EmbeddedReadModels } from '#engine/read-models/embedded.read-models';
import { projectBatch } from '#engine/reactions/projection-runner';
import type { RecordedEvent } from '#kernel/recorded-event';
import { RecordOptOut } from '#contracts/api/opt-outs';
import { type ContactWorld, contactWorld, lawfulContext, noVerdicts } from '#test/support/contacts';
import { permissionProjections } from './index.js';

describe('the read models of the contact stream', () => {
  let world: ContactWorld;
  let events: RecordedEvent[];
  let contactIds: string[];

  beforeAll(async () => {
    world = await contactWorld();
    const made = [(await world.addContact('a@x.example'))!, (await world.addContact('b@x.example'))!, (await world.addContact('c@x.example', { facts: { noticeDueAt: '2026-11-01T00:00:00.000Z' } }))!];
    contactIds = made.map(({ contactId }) => contactId);
    for (const contactId of contactIds) {
      const dispatch = { contactId, dispatchId: `d-${contactId}`, attempt: 1 };
      const answer = await world.gate.authorise({ ...dispatch, context: lawfulContext }, [], noVerdicts);
      if (answer.kind === 'authorised') await world.gate.record([{ ...dispatch, campaignId: 'campaign-1', outcome: { kind: 'handed-off', smtpCode: 250, contentHmac: 'h' }, noticeTextVersion: 'n' }]);
    }
    const source = { importId: 'import-2', sourceType: 'own_form', collectedAt: '2026-11-02T00:00:00.000Z', anchorAt: '2026-11-02T00:00:00.000Z', expiresAt: '2029-11-02T00:00:00.000Z', noticeDueAt: '2026-11-20T00:00:00.000Z' } as const;
    await world.contacts.execute({ type: 'MergeSource', contactId: contactIds[1]!, source }, world.meta);
    await world.optOuts.execute(new RecordOptOut({ forms: world.book.email('a@x.example'), channel: 'reply', kind: 'opt_out', receivedAt: world.clock.now(), actor: { kind: 'local', id: 'x' } }));
    events = await world.history();
  });
  afterAll(() => world.engine.close());

  async function folded(delivery: readonly RecordedEvent[]) {
    const models = new EmbeddedReadModels(':memory:');
    const result: Record<string, unknown[]> = {};
    for (const projection of permissionProjections) {
      await models.declare(projection);
      for (const event of delivery) await projectBatch(projection, [event], models);
      result[projection.name] = (await models.find(projection.name, { limit: 100 })).items;
    }
    await models.close();
    return result;
  }

  it('OPT-04 SND-09 tell the standing of each contact and the last word on each dispatch', async () => {
    const docs = await folded(events);
    const [a, b, c] = contactIds as [string, string, string];
    expect(docs[COLLECTIONS.contacts]).toEqual(expect.arrayContaining([
      expect.objectContaining({ contactId: a, state: 'opted_out' }),
      expect.objectContaining({ contactId: b, state: 'active', noticeProvidedAt: expect.any(String), noticeDueAt: '2026-11-20T00:00:00.000Z' }),
    ]));
    expect(docs[COLLECTIONS.dispatches]).toEqual(expect.arrayContaining([
      expect.objectContaining({ contactId: a, status: 'handed_off', verdictsRef: expect.any(String), authorisedAt: expect.any(String) }),
      expect.objectContaining({ contactId: c, status: 'refused', reasons: ['notice-overdue'] }),
    ]));
    expect(docs[COLLECTIONS.importMembers]).toEqual([{ importId: 'import-2', contactId: b }]);
    expect(docs[COLLECTIONS.optOuts]).toMatchObject([{ contactId: a, kind: 'opt_out', channel: 'reply' }]);
    expect(JSON.stringify(docs)).not.toContain('x.example');
  });

  it('INV-01 hold a message that was handed off after an opt-out as an overlap, and no other', async () => {
    const { contactId } = (await world.addContact('late@x.example'))!;
    const dispatch = { contactId, dispatchId: `d-${contactId}`, attempt: 1 };
    await world.gate.authorise({ ...dispatch, context: lawfulContext }, [], noVerdicts);
    await world.optOuts.execute(new RecordOptOut({ forms: world.book.email('late@x.example'), channel: 'reply', kind: 'opt_out', receivedAt: world.clock.now(), actor: { kind: 'local', id: 'x' } }));
    await world.gate.record([{ ...dispatch, campaignId: 'campaign-1', outcome: { kind: 'handed-off', smtpCode: 250, contentHmac: 'h' } }]);
    expect((await folded(await world.history()))[COLLECTIONS.overlaps]).toEqual([{ dispatchId: `d-${contactId}`, contactId, at: expect.any(String) }]);
  });

  it('INV-12 streams delivered in any order and events delivered again give the same documents', async () => {
    const expected = await folded(events);
    const streams = [...new Set(events.map(({ streamId }) => streamId))];
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray(streams, { minLength: streams.length }), fc.nat(20), async (order, again) => {
      const permuted = order.flatMap((id) => events.filter(({ streamId }) => streamId === id));
      const doubled = permuted.flatMap((event, i) => [event, ...(i >= again ? permuted.slice(Math.max(0, i - again), i) : [])]);
      const sorted = (docs: Record<string, unknown[]>) => Object.fromEntries(Object.entries(docs).map(([name, items]) => [name, items.map((item) => JSON.stringify(item)).sort()]));
      expect(sorted(await folded(doubled))).toEqual(sorted(expected));
    }), { numRuns: 10 });
  });
});
