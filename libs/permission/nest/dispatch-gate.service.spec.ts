import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DispatchOutcome, OutcomeRecord } from '#contracts/api/dispatch-gate';
import { MovableClock } from '#engine/clock/movable.clock';
import { TEST_START, testEngine } from '#test/support/engine';
import { type ContactWorld, contactWorld, lawfulContext, noVerdicts } from '#test/support/contacts';
import { DispatchGateService } from './dispatch-gate.service.js';
import { OutcomeRecorder } from './outcome-recorder.js';

const accepted: DispatchOutcome = { kind: 'handed-off', smtpCode: 250, contentHmac: 'hmac' };
const failed = (enhanced: string, temporary: boolean): DispatchOutcome => ({ kind: 'failed', phase: 'rcpt', reason: 'refused', smtpCode: temporary ? 450 : 550, enhanced, temporary });

describe('the dispatch gate on a real engine', () => {
  let world: ContactWorld;
  let serial = 0;
  beforeAll(async () => { world = await contactWorld(await testEngine(undefined, new MovableClock(TEST_START, true))); });
  afterAll(() => world.engine.close());

  const contact = async (facts?: Record<string, unknown>) => (await world.addContact(`a${(serial += 1)}@buyer.example`, facts === undefined ? {} : { facts }))!;
  const ask = (contactId: string, attempt = 1, previous: OutcomeRecord[] = [], dispatchId = `d-${contactId}`) =>
    world.gate.authorise({ contactId, dispatchId, attempt, context: lawfulContext }, previous, noVerdicts);
  const outcome = (contactId: string, what: DispatchOutcome, attempt = 1): OutcomeRecord =>
    ({ contactId, dispatchId: `d-${contactId}`, campaignId: lawfulContext.campaignId, attempt, outcome: what, noticeTextVersion: 'notice-1' });
  const stopped = (email: string) => world.optOuts.execute({ request: { forms: world.book.email(email), channel: 'one_click', kind: 'opt_out', receivedAt: world.clock.now(), actor: { kind: 'recipient', id: 'x' } } });

  it('SND-09 INV-09 an authorisation cites basis, notice, template, sender, policy, verdicts and the suppression it read, for ten seconds', async () => {
    const { contactId, prospectId } = await contact();
    const answer = await ask(contactId);
    expect(answer).toMatchObject({ kind: 'authorised', attempt: 1, contact: { contactId, prospectId, basisKind: 'legitimate_interest' } });
    const event = (await world.log.load(contactId)).at(-1)!;
    expect(event).toMatchObject({
      type: 'DispatchAuthorized', policyVersion: 'test-1',
      data: {
        basisRef: 'legitimate_interest:lia-2026-01', noticeState: 'in_this_message', templateVersion: 'template-1', senderId: 'sales-ee', senderVersion: 1,
        suppressionRevRead: 0, expiresAt: new Date(Date.parse(event.recordedAt) + 10_000).toISOString(),
      },
    });
  });

  it('SND-09 verdict lists are made durable before they are first cited, once per campaign', async () => {
    const interned: string[] = [];
    const authorised: string[] = [];
    const intern = async (ref: string) => {
      interned.push(ref);
      authorised.push(...(await world.history()).filter(({ data }) => data.verdictsRef === ref && data.campaignId === 'campaign-verdicts').map(({ type }) => type));
    };
    for (let i = 0; i < 3; i++) {
      const { contactId } = await contact();
      await world.gate.authorise({ contactId, dispatchId: `v-${contactId}`, attempt: 1, context: { ...lawfulContext, campaignId: 'campaign-verdicts' } }, [], intern);
    }
    expect(interned).toHaveLength(1);
    expect(authorised).toEqual([]);
  });

  it('INV-01 SUP-07 a look ahead decides nothing: whatever happens after it is seen by the decision', async () => {
    const request = (contactId: string) => ({ contactId, dispatchId: `d-${contactId}`, attempt: 1, context: lawfulContext });
    const people = await Promise.all(['quiet', 'stops', 'blocked', 'told'].map(async (name) => ({ email: `look-${name}@buyer.example`, ...(await world.addContact(`look-${name}@buyer.example`))! })));
    const looks = await Promise.all(people.map(({ contactId }) => world.gate.look(request(contactId))));
    expect(looks.map((look) => look?.contact.contactId)).toEqual(people.map(({ contactId }) => contactId));
    const [quiet, stops, blocked, told] = people.map(({ contactId }) => contactId) as [string, string, string, string];
    await stopped('look-stops@buyer.example');
    const { strict, loose } = world.book.email('look-blocked@buyer.example');
    await world.engine.registry.suppress([{ tenantId: 'main', kind: 'email', strict, loose, keyVersion: 1, scope: 'all_marketing', reason: 'imported', day: '2026-11-02' }]);
    await world.gate.authorise({ ...request(told), dispatchId: 'd-other' }, [], noVerdicts);
    const answers = await Promise.all([quiet, stops, blocked, told].map((contactId, at) => world.gate.authorise(request(contactId), [], noVerdicts, looks[at])));
    expect(answers).toMatchObject([{ kind: 'authorised', asSeen: true }, { kind: 'refused' }, { kind: 'refused' }, { kind: 'authorised', asSeen: false }]);
    expect([await world.gate.look(request(quiet)), await world.gate.look(request('contact-unheard-of'))]).toEqual([undefined, undefined]);
  });

  it('INV-01 ERA-01 nothing is looked at ahead, and so no message made, for a person who opted out or whose erasure has begun', async () => {
    const looked = async (name: string, after: (contactId: string) => Promise<unknown>) => {
      const { contactId } = (await world.addContact(`${name}@buyer.example`))!;
      await after(contactId);
      return world.gate.look({ contactId, dispatchId: `d-${contactId}`, attempt: 1, context: lawfulContext });
    };
    expect(await looked('unlooked-stops', () => stopped('unlooked-stops@buyer.example'))).toBeUndefined();
    expect(await looked('unlooked-erased', (contactId) => world.contacts.execute({ type: 'StartErasure', contactId, caseId: 'case-1' }, world.meta))).toBeUndefined();
    expect(await looked('looked-at', async () => undefined)).toBeDefined();
  });

  it('SND-10 INV-02 a dispatch is authorised once: a second job finds it settled, also when both ask at the same instant', async () => {
    const { contactId } = await contact();
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(contactId)));
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['authorised', ...Array<string>(7).fill('settled')]);
    expect(await ask(contactId)).toEqual({ kind: 'settled', status: 'authorised' });
    expect(await world.types(contactId)).toEqual(['ContactAdded', 'DispatchAuthorized']);
  });

  it('SND-10 the outcome of the previous dispatch is durable no later than the next authorisation, and counted once', async () => {
    const [first, second] = [await contact(), await contact()];
    await ask(first.contactId);
    const previous = [outcome(first.contactId, accepted)];
    expect(await ask(second.contactId, 1, previous)).toMatchObject({ kind: 'authorised' });
    expect(await world.types(first.contactId)).toEqual(['ContactAdded', 'DispatchAuthorized', 'EmailHandedOff', 'NoticeProvided']);
    await world.gate.record([...previous, ...previous]);
    expect(await world.types(first.contactId)).toHaveLength(4);
    const types = (await world.history()).filter(({ streamId }) => [first.contactId, second.contactId].includes(streamId)).map(({ type }) => type);
    expect(types.indexOf('EmailHandedOff')).toBeLessThan(types.lastIndexOf('DispatchAuthorized'));
  });

  it('SND-10 after a temporary refusal the next attempt is authorised, up to three in all', async () => {
    const { contactId } = await contact();
    for (let attempt = 1; attempt <= 3; attempt++) {
      const previous = attempt === 1 ? [] : [outcome(contactId, failed('4.2.1', true), attempt - 1)];
      expect(await ask(contactId, attempt, previous)).toMatchObject({ kind: 'authorised', attempt });
      expect(await ask(contactId, attempt + 1)).toEqual({ kind: 'settled', status: 'authorised' });
    }
    expect(await ask(contactId, 4, [outcome(contactId, failed('4.2.1', true), 3)])).toEqual({ kind: 'settled', status: 'failed' });
  });

  it.each([
    ['handed off', accepted, 'handed_off'], ['unknown', { kind: 'unknown', phase: 'reply', reason: 'connection' }, 'unknown'], ['failed for good', failed('5.7.1', false), 'failed'],
  ] as const)('SND-10 a dispatch that was %s is never authorised again', async (_name, what, status) => {
    const { contactId } = await contact();
    await ask(contactId);
    await world.gate.record([outcome(contactId, what)]);
    expect(await ask(contactId, 2)).toEqual({ kind: 'settled', status });
  });

  it('OPT-16 SND-16 a permanent 5.1.1 blocks the contact for every later dispatch; 5.7.1 blames nobody', async () => {
    const [gone, blocked] = [await contact(), await contact()];
    for (const { contactId } of [gone, blocked]) await ask(contactId);
    await world.gate.record([outcome(gone.contactId, failed('5.1.1', false)), outcome(blocked.contactId, failed('5.7.1', false))]);
    expect(await world.types(gone.contactId)).toContain('HardBounceRecorded');
    expect(await ask(gone.contactId, 1, [], 'next-1')).toMatchObject({ kind: 'refused', reasons: ['hard-bounced'] });
    expect(await ask(blocked.contactId, 1, [], 'next-2')).toMatchObject({ kind: 'authorised' });
  });

  it('INV-01 OPT-03 after an opt-out every dispatch is refused; a hand-off recorded later is marked as after it', async () => {
    const { contactId } = await contact();
    await ask(contactId);
    await stopped(`a${serial}@buyer.example`);
    expect(world.cancelled.at(-1)).toEqual([contactId]);
    await world.gate.record([outcome(contactId, accepted)]);
    expect((await world.log.load(contactId)).find(({ type }) => type === 'EmailHandedOff')?.data).toMatchObject({ afterOptOut: true });
    expect(await ask(contactId, 1, [], 'next')).toMatchObject({ kind: 'refused', reasons: ['suppressed', 'opted-out'] });
  });

  it('LAW-04 a first hand-off gives the notice; past its due date a contact without it is refused', async () => {
    const late = await contact({ noticeDueAt: '2026-11-02T08:59:59.999Z' });
    expect(await ask(late.contactId)).toMatchObject({ kind: 'refused', reasons: ['notice-overdue'] });
    const told = await contact();
    await ask(told.contactId);
    await world.gate.record([outcome(told.contactId, accepted)]);
    expect((await world.contacts.load(told.contactId)).state.notice).toMatchObject({ textVersion: 'notice-1' });
    await ask(told.contactId, 1, [], 'second');
    expect((await world.log.load(told.contactId)).at(-1)?.data).toMatchObject({ noticeState: 'provided' });
  });

  it('SUP-04 a contact whose address row is gone has no known suppression and is refused', async () => {
    const { contactId, prospectId } = await contact();
    await world.engine.registry.remove(prospectId);
    expect(await ask(contactId)).toMatchObject({ kind: 'refused', reasons: ['suppression-unknown'] });
  });

  it('INV-06 a destroyed key refuses the send', async () => {
    const { contactId, prospectId } = await contact();
    const keys = await world.engine.vault.keysOf(prospectId);
    await world.engine.vault.destroy(keys.map(({ kid }) => kid), '2026-11-02');
    expect(await ask(contactId)).toMatchObject({ kind: 'refused', reasons: ['key-destroyed'] });
  });

  it('SND-09 an event that cannot be read refuses every send of its contact, and an opt-out still gets through', async () => {
    const { contactId } = await contact();
    const { streamVersion: _v, prevHash: _p, ...body } = (await world.log.load(contactId))[0]!;
    await world.engine.store.append({ commitId: `poison-${contactId}`, streamId: contactId, expected: 1, events: [{ type: 'FromTheFuture', recordedAt: body.recordedAt, body: JSON.stringify({ ...body, type: 'FromTheFuture' }) }] });
    const answer = await ask(contactId);
    expect(answer.kind).toBe('refused');
    expect(answer).toMatchObject({ reasons: expect.arrayContaining(['quarantined']) });
    await stopped(`a${serial}@buyer.example`);
    expect((await world.engine.store.load(contactId)).map(({ type }) => type)).toEqual(['ContactAdded', 'FromTheFuture', 'DispatchRefused', 'OptOutRecorded']);
  });

  it('H8 SUP-04 while an event of the contact or of the person is a dead letter, every send is refused, and none once it was replayed', async () => {
    const { deadLetters } = world.engine;
    const [own, persons, other] = [await contact(), await contact(), await contact()];
    await deadLetters.setAside('projections', own.contactId, { version: 1, position: 1, code: 'RangeError' });
    await deadLetters.setAside('process-manager:erasure', persons.prospectId, { version: 1, position: 1, code: 'RangeError' });
    const ahead = ({ contactId }: { contactId: string }) => world.gate.look({ contactId, dispatchId: `l-${contactId}`, attempt: 1, context: lawfulContext });
    for (const held of [own, persons]) {
      expect(await ahead(held)).toBeUndefined();
      expect(await world.gate.preview(held.contactId, 'p', lawfulContext)).toMatchObject({ allowed: false, reasons: ['quarantined'] });
      expect(await ask(held.contactId)).toMatchObject({ kind: 'refused', reasons: ['quarantined'] });
    }
    expect(await ask(other.contactId)).toMatchObject({ kind: 'authorised' });
    for (const { id } of await deadLetters.open()) await deadLetters.lift(id, 1);
    for (const held of [own, persons]) expect(await ask(held.contactId, 1, [], `after-${held.contactId}`)).toMatchObject({ kind: 'authorised' });
  });

  it('SUP-04 a gate that cannot know whether something is set aside refuses the send', async () => {
    const { registry, vault } = world.engine;
    const blind = new DispatchGateService(world.contacts, new OutcomeRecorder(world.contacts, world.tenancy), registry, vault, world.tenancy, { holds: () => undefined });
    const { contactId } = await contact();
    expect(await blind.authorise({ contactId, dispatchId: `d-${contactId}`, attempt: 1, context: lawfulContext }, [], noVerdicts)).toMatchObject({ kind: 'refused', reasons: ['quarantined'] });
  });

  it('SUP-04 INV-06 a registry or vault that does not answer refuses the send', async () => {
    const silent = <T extends object>(part: T, method: keyof T) => Object.assign(Object.create(part) as T, { [method]: () => Promise.reject(new Error('unreachable')) });
    const outcomes = new OutcomeRecorder(world.contacts, world.tenancy);
    const { registry, vault } = world.engine;
    const blind = new DispatchGateService(world.contacts, outcomes, silent(registry, 'suppressionOfContact'), vault, world.tenancy, world.engine.deadLetters);
    const locked = new DispatchGateService(world.contacts, outcomes, registry, silent(vault, 'key'), world.tenancy, world.engine.deadLetters);
    for (const [gate, reason] of [[blind, 'suppression-unknown'], [locked, 'key-missing']] as const) {
      const { contactId } = await contact();
      expect(await gate.authorise({ contactId, dispatchId: `d-${contactId}`, attempt: 1, context: lawfulContext }, [], noVerdicts)).toMatchObject({ kind: 'refused', reasons: [reason] });
    }
  });

  it('SND-09 nothing is authorised while its verdicts cannot be made durable, and the next try makes them so', async () => {
    const { contactId } = await contact();
    const request = { contactId, dispatchId: `d-${contactId}`, attempt: 1, context: { ...lawfulContext, campaignId: 'campaign-unlucky' } };
    await expect(world.gate.authorise(request, [], () => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
    expect(await world.types(contactId)).toEqual(['ContactAdded']);
    expect(await world.gate.authorise(request, [], noVerdicts)).toMatchObject({ kind: 'authorised' });
  });

  it('SND-09 an id that was never a contact is refused and leaves no stream', async () => {
    expect(await ask('contact-nobody')).toMatchObject({ kind: 'refused' });
    expect(await world.engine.store.head('contact-nobody')).toBeUndefined();
  });

  it('SND-09 a preview answers like the gate and records nothing', async () => {
    const { contactId } = await contact();
    const head = await world.engine.feed.head();
    expect(await world.gate.preview(contactId, 'p', lawfulContext)).toMatchObject({ allowed: true, reasons: [], presentFields: ['email', 'company'] });
    expect(await world.gate.preview(contactId, 'p', lawfulContext, new Date('2027-01-01T00:00:00Z'))).toMatchObject({ allowed: false, reasons: ['notice-overdue'] });
    expect(await world.engine.feed.head()).toBe(head);
  });

  it('SND-09 a long history is folded from a snapshot and decides alike', async () => {
    const { contactId } = await contact();
    for (let i = 0; i < 40; i++) {
      expect(await ask(contactId, 1, [], `long-${i}`)).toMatchObject({ kind: 'authorised' });
      await world.gate.record([{ ...outcome(contactId, accepted), dispatchId: `long-${i}` }]);
    }
    expect((await world.engine.store.snapshot(contactId, 'contact/1'))?.version).toBeGreaterThan(50);
    expect(await ask(contactId, 1, [], 'long-3')).toEqual({ kind: 'settled', status: 'handed_off' });
  });
});
