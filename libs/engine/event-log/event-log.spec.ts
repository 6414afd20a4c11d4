import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DomainEvent } from '#kernel/decider';
import { GENESIS, readEnvelope } from '#kernel/envelope';
import { isSealed, type Sealed } from '#kernel/sealed';
import { filesContaining } from '#engine/embedded/byte-scan.fixture';
import { testEngine, type TestEngine } from '#test/support/engine';
import { removeTempFolders } from '#test/support/temp-folder';
import { contactLinked, newCampaign, newProspect, paused, resumed, sourceAdded } from './log.fixture.js';

let world: TestEngine;
beforeEach(async () => { world = await testEngine(); });
afterEach(() => world.engine.close());
afterAll(removeTempFolders);

const marketingKey = async (subjectId: string) => (await world.engine.vault.create([{ tenantId: 'main', subjectId, purposeClass: 'marketing' }]))[0]!;
const append = (streamId: string, events: DomainEvent[], more: object = {}) => world.log.append({ streamId, expected: 'any', events, meta: world.meta, ...more });

describe('event log', () => {
  it('what comes back is the envelope with its place, its chain and its author', async () => {
    const campaignId = newCampaign();
    const occurredAt = new Date('2026-11-01T00:00:00.000Z');
    expect(await append(campaignId, [paused(campaignId), resumed(campaignId)], { meta: { ...world.meta, cause: 'event-7', occurredAt } })).toMatchObject({ status: 'appended', version: 2 });
    const [first, second] = await world.log.load(campaignId);
    expect(first).toMatchObject({ type: 'CampaignPaused', streamId: campaignId, streamVersion: 1, prevHash: GENESIS, tenantId: 'main', policyVersion: 'test-1', role: 'controller', purposeClass: 'contract', cause: 'event-7', schemaVersion: 1, occurredAt: occurredAt.toISOString() });
    expect(second).toMatchObject({ streamVersion: 2, prevHash: first!.hash, data: { campaignId } });
    expect(second!.position).toBe((first!.position as number) + 1);
    expect(await world.log.load(campaignId, 1)).toEqual([second]);
  });

  it('ACC-01 every event names its own author, however alike the ones before it were', async () => {
    const campaignId = newCampaign();
    const { meta } = world;
    const authors = [meta, { ...meta }, { ...meta, actor: { ...meta.actor, id: 'other' } }, { ...meta, actor: { ...meta.actor, kind: 'recipient' as const } }, { ...meta, policyVersion: 'test-2' },
      { ...meta, cause: 'event-7' }, { ...meta, role: 'processor' as const }, { ...meta, tenantId: 'beside' }, meta];
    for (const author of authors) await append(campaignId, [paused(campaignId)], { meta: author });
    const events = await world.log.load(campaignId);
    expect(events.map(({ tenantId, actor, role, policyVersion, cause }) => ({ tenantId, actor, role, policyVersion, cause })))
      .toEqual(authors.map(({ tenantId, actor, policyVersion, ...rest }) => ({ cause: undefined, role: 'controller', tenantId, actor, policyVersion, ...rest })));
  });

  it.each<[string, (id: string) => DomainEvent, string]>([
    ['an unknown type', (id) => ({ type: 'MadeUp', data: { id } }), 'unknown-event-type'],
    ['an unknown field', (id) => ({ type: 'CampaignResumed', data: { campaignId: id, note: 'mari@people.example' } }), 'event-schema'],
    ['a missing field', () => ({ type: 'CampaignResumed', data: {} }), 'event-schema'],
    ['a value outside its schema', (id) => paused(id, 'mari@people.example'), 'event-schema'],
  ])('INV-07 %s is refused, nothing is written and the message quotes no value', async (_what, event, code) => {
    const campaignId = newCampaign();
    const error = await append(campaignId, [paused(campaignId), event(campaignId)]).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).not.toContain('mari');
    expect(await world.log.load(campaignId)).toEqual([]);
  });

  it('INV-07 SEC-02 a personal field is sealed before it reaches the store and opens only through the key', async () => {
    const prospectId = newProspect();
    await marketingKey(prospectId);
    await append(prospectId, [sourceAdded(prospectId)], { subjectId: prospectId });
    const [stored] = await world.engine.store.load(prospectId);
    const { provenance } = readEnvelope(stored!.bytes).data as { provenance: Sealed };
    expect(isSealed(provenance)).toBe(true);
    expect(provenance.of).toBe('SourceAdded.provenance');
    expect(await world.personal.open(provenance)).toEqual({ collectedBy: 'Mari of the fair', sourceName: 'a fair in Jõhvi' });
  });

  it('a personal value outside its schema is refused by name only', async () => {
    const prospectId = newProspect();
    await marketingKey(prospectId);
    const error = await append(prospectId, [sourceAdded(prospectId, 'Mari '.repeat(60))], { subjectId: prospectId }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'event-schema', message: expect.stringContaining('SourceAdded.provenance') });
    expect((error as Error).message).not.toContain('Mari');
  });

  it('INV-06 a sealed value of an earlier event is carried on as it is, under its own key', async () => {
    const [from, to] = [newProspect(), newProspect()];
    await marketingKey(from);
    await append(from, [sourceAdded(from)], { subjectId: from });
    const [first] = await world.log.load(from);
    await append(to, [{ type: 'SourceAdded', data: { ...first!.data, prospectId: to } }]);
    const [copied] = await world.log.load(to);
    expect(copied!.data['provenance']).toEqual(first!.data['provenance']);
  });

  it('INV-06 no key, another person\'s key or a destroyed key: a personal field is refused and the stream stays as it was', async () => {
    const prospectId = newProspect();
    const refused = () => append(prospectId, [sourceAdded(prospectId)], { subjectId: prospectId });
    await expect(refused()).rejects.toMatchObject({ code: 'no-data-key', rule: 'INV-06' });
    await marketingKey(newProspect());
    await expect(refused()).rejects.toMatchObject({ code: 'no-data-key' });
    const { kid } = await marketingKey(prospectId);
    await refused();
    await world.engine.vault.destroy([kid], '2026-11-02');
    await expect(refused()).rejects.toMatchObject({ code: 'no-data-key', rule: 'INV-06', status: 409, exit: 3 });
    await expect(marketingKey(prospectId)).rejects.toMatchObject({ code: 'data-key-destroyed', rule: 'INV-06' });
    expect(await world.log.load(prospectId)).toHaveLength(1);
  });

  it('INV-06 after destruction an event without personal fields still joins the stream', async () => {
    const prospectId = newProspect();
    const { kid } = await marketingKey(prospectId);
    await world.engine.vault.destroy([kid], '2026-11-02');
    expect(await append(prospectId, [contactLinked(prospectId)], { subjectId: prospectId })).toMatchObject({ status: 'appended' });
  });

  it('a retry with the same commit id writes nothing, another decision on an old version conflicts', async () => {
    const campaignId = newCampaign();
    const commit = { commitId: `pause:${campaignId}`, expected: 0 };
    expect(await append(campaignId, [paused(campaignId)], commit)).toMatchObject({ status: 'appended' });
    expect(await append(campaignId, [paused(campaignId)], commit)).toMatchObject({ status: 'duplicate', version: 1 });
    expect(await append(campaignId, [resumed(campaignId)], { expected: 0 })).toEqual({ status: 'conflict', version: 1 });
    await expect(world.log.appendOrThrow({ streamId: campaignId, expected: 0, events: [resumed(campaignId)], meta: world.meta })).rejects.toMatchObject({ code: 'concurrency-conflict', retriable: true });
    const both = await world.log.appendMany([0, 1].map((expected) => ({ streamId: campaignId, expected, events: [resumed(campaignId)], meta: world.meta })));
    expect(both.map(({ status }) => status)).toEqual(['conflict', 'appended']);
  });

  it('INV-07 no file of a closed installation holds a personal value in clear', async () => {
    const prospectId = newProspect();
    await marketingKey(prospectId);
    await append(prospectId, [sourceAdded(prospectId, 'Canary Collector', 'canary fair')], { subjectId: prospectId });
    await world.engine.close();
    expect(filesContaining(world.folder, ['Canary', 'canary', 'Q2FuYXJ5'].map((text) => Buffer.from(text)))).toEqual([]);
    expect(filesContaining(world.folder, [Buffer.from(prospectId)])).toContain('outright.db');
  });
});
