import { describe, expect, it } from '@jest/globals';
import type { Sealed } from '#kernel/sealed';
import { given } from '#kernel/decider-spec';
import { foldEvents } from '#kernel/decider';
import { RefusedByRule } from '#kernel/errors';
import { contactFacts } from './contact-facts.js';
import type { ContactCommand } from './contact.commands.js';
import { contactDecider } from './contact.decider.js';
import type { ContactEvent } from './contact.events.js';

const contactId = 'contact-1';
const prospectId = 'prospect-1';
const at = (iso: string) => new Date(iso);
const NOON = at('2026-11-02T12:00:00.000Z');
const sealed: Sealed = { kid: 'k', box: 'b', of: 'ContactAdded.recipient' };
const consent = {
  grantedAt: '2026-10-01T00:00:00.000Z', confirmedAt: '2026-10-01T00:01:00.000Z', textHash: 'h', method: 'web_form', locale: 'en', channel: 'email', purpose: 'outreach',
} as const;

const added = (data: Partial<Extract<ContactEvent, { type: 'ContactAdded' }>['data']> = {}): ContactEvent => ({
  type: 'ContactAdded',
  data: {
    contactId, prospectId, importId: 'import-1', channel: 'email', country: 'EE', freeMail: false, recipientType: 'company_person', sourceType: 'public_website', method: 'observed',
    collectedAt: '2026-11-01T00:00:00.000Z', anchorAt: '2026-11-01T00:00:00.000Z', expiresAt: '2029-11-01T00:00:00.000Z', noticeDueAt: '2026-12-01T00:00:00.000Z',
    basis: { kind: 'legitimate_interest', purpose: 'outreach', liaId: 'lia-1' }, presentFields: ['email'], recipient: sealed, ...data,
  },
});
const authorise = (dispatchId = 'd', attempt = 1): ContactCommand => ({
  type: 'AuthoriseDispatch', contactId, dispatchId, campaignId: 'c', attempt, limit: 3, gate: { allowed: true, reasons: [], verdictsRef: 'v', ruleSetVersion: 'r' },
  cites: { templateVersion: 't', senderId: 's', senderVersion: 1, basisRef: 'legitimate_interest:lia-1', suppressionRevRead: 0 }, expiresAt: NOON,
});
const wish = (type: 'RecordOptOut' | 'RecordObjection' | 'WithdrawConsent', receivedAt = NOON): ContactCommand =>
  ({ type, contactId, prospectId, channel: 'one_click', receivedAt, erasureDueAt: new Date(receivedAt.getTime() + 72 * 3_600_000) });
const failed = (enhanced: string, phase = 'rcpt', temporary = false): ContactCommand =>
  ({ type: 'RecordOutcome', contactId, dispatchId: 'd', campaignId: 'c', attempt: 1, at: NOON, outcome: { kind: 'failed', phase, reason: 'refused', enhanced, temporary } });
const after = (...commands: ContactCommand[]) => commands.reduce<ContactEvent[]>(
  (history, command) => [...history, ...contactDecider.decide(command, foldEvents(contactDecider, history))], [added()]);
const types = (events: ContactEvent[] | undefined) => events?.map(({ type }) => type);

describe('the contact stream', () => {
  it('OPT-02 records an opt-out received earlier on another channel, and ignores a later one', () => {
    const history = after(wish('RecordOptOut'));
    expect(given(contactDecider, history).when(wish('RecordOptOut', at('2026-11-02T13:00:00Z'))).events).toEqual([]);
    const earlier = given(contactDecider, history).when(wish('RecordOptOut', at('2026-11-01T08:00:00Z'))).events;
    expect(earlier).toMatchObject([{ type: 'OptOutRecorded', data: { receivedAt: '2026-11-01T08:00:00.000Z', erasureDueAt: '2026-11-04T08:00:00.000Z' } }]);
    expect(given(contactDecider, [...history, ...earlier!]).state.optOut?.at).toBe('2026-11-01T08:00:00.000Z');
  });

  it.each([['RecordOptOut', 'opted-out'], ['RecordObjection', 'objected']] as const)('INV-01 OPT-11 after %s even an allowing gate gives no authorisation', (type, reason) => {
    expect(given(contactDecider, after(wish(type))).when(authorise()).events).toMatchObject([{ type: 'DispatchRefused', data: { reasons: [reason] } }]);
  });

  it('INV-08 a contact that was never added is never authorised', () => {
    expect(given(contactDecider).when(authorise()).events).toMatchObject([{ type: 'DispatchRefused', data: { reasons: ['contact-unknown'] } }]);
  });

  it('INV-09 nothing is authorised without something to cite', () => {
    const { cites: _cites, ...bare } = authorise() as Extract<ContactCommand, { type: 'AuthoriseDispatch' }>;
    expect(given(contactDecider, [added()]).when(bare).events).toMatchObject([{ type: 'DispatchRefused', data: { reasons: ['citation-missing'] } }]);
  });

  it('CON-03 CON-04 a withdrawn consent stops marketing at once; the state before it stays granted', () => {
    const before = [added({ basis: { kind: 'consent', purpose: 'outreach', evidenceRef: 'form', consent } })];
    const events = given(contactDecider, before).when(wish('WithdrawConsent')).events!;
    expect(types(events)).toEqual(['ConsentWithdrawn', 'OptOutRecorded']);
    const now = contactFacts(foldEvents(contactDecider, [...before, ...events]))!;
    expect(now).toMatchObject({ optedOut: true, basis: { consent: { withdrawnAt: NOON } } });
    expect(contactFacts(foldEvents(contactDecider, before))!.basis?.consent?.withdrawnAt).toBeUndefined();
  });

  it('INV-12 a withdrawal at the very instant of the grant wins', () => {
    const history = [added({ basis: { kind: 'consent', purpose: 'outreach', evidenceRef: 'form', consent } })];
    const tie = given(contactDecider, history).when(wish('WithdrawConsent', at(consent.grantedAt))).events!;
    expect(contactFacts(foldEvents(contactDecider, [...history, ...tie]))!.basis?.consent?.withdrawnAt).toBeDefined();
  });

  it('CON-01 CON-05 the proof of an imported consent reaches the gate in full', () => {
    const facts = contactFacts(foldEvents(contactDecider, [added({ basis: { kind: 'consent', purpose: 'outreach', evidenceRef: 'form', consent } })]))!;
    expect(facts.basis).toEqual({
      kind: 'consent', purpose: 'outreach', evidenceRef: 'form', liaId: undefined,
      consent: { ...consent, grantedAt: at(consent.grantedAt), confirmedAt: at(consent.confirmedAt), withdrawnAt: undefined },
    });
  });

  it('SRC-05 a guessed address stays guessed until a source gave or showed it; dates only tighten', () => {
    const source = { importId: 'import-2', sourceType: 'own_form', method: 'provided', collectedAt: '2026-11-02T00:00:00.000Z', anchorAt: '2026-11-02T00:00:00.000Z', expiresAt: '2029-11-02T00:00:00.000Z', noticeDueAt: '2026-11-20T00:00:00.000Z' } as const;
    const guessed = [added({ method: 'inferred', sourceType: 'sourcing_tool' })];
    const merge = (over: object) => given(contactDecider, guessed).when({ type: 'MergeSource', contactId, source: { ...source, ...over } }).events!;
    expect(contactFacts(foldEvents(contactDecider, [...guessed, ...merge({ method: 'inferred' })]))!.method).toBe('inferred');
    const shown = foldEvents(contactDecider, [...guessed, ...merge({})]);
    expect(contactFacts(shown)).toMatchObject({ method: 'provided', sources: 2, expiresAt: at('2029-11-01T00:00:00Z'), notice: { dueAt: at('2026-11-20T00:00:00Z') } });
    expect(contactDecider.decide({ type: 'MergeSource', contactId, source }, shown)).toEqual([]);
  });

  it('MIN-01 LAW-07 age band, unknown country and ccTLD reach the gate as they are', () => {
    const facts = contactFacts(foldEvents(contactDecider, [added({ ageBand: '16_17', country: 'unknown', tldCountry: 'DE' })]))!;
    expect(facts).toMatchObject({ ageBand: '16_17', country: undefined, tldCountry: 'DE' });
  });

  it.each([
    ['5.1.1', 'rcpt', true], ['5.1.10', 'data', true], ['5.2.1', 'rcpt', true], ['5.2.2', 'rcpt', false], ['5.7.1', 'rcpt', false],
    ['5.1.7', 'rcpt', false], ['5.1.8', 'mail', false], ['5.1.1', 'mail', false], ['4.1.1', 'rcpt', false],
  ])('SND-16 OPT-16 status %s at %s: hard bounce %s', (enhanced, phase, expected) => {
    const events = given(contactDecider, after(authorise())).when(failed(enhanced, phase)).events;
    expect(types(events)).toEqual(expected ? ['DispatchFailed', 'HardBounceRecorded'] : ['DispatchFailed']);
    expect(given(contactDecider, after(authorise())).when(failed(enhanced, phase, true)).events).toHaveLength(1);
  });

  it('SND-10 an unknown outcome is settled by a person once, and only if it is unknown', () => {
    const unknown = after(authorise(), { type: 'RecordOutcome', contactId, dispatchId: 'd', campaignId: 'c', attempt: 1, at: NOON, outcome: { kind: 'unknown', phase: 'reply', reason: 'connection' } });
    const resolve: ContactCommand = { type: 'ResolveUnknown', contactId, dispatchId: 'd', campaignId: 'c', outcome: 'delivered', reason: 'seen in the log of the server' };
    expect(types(given(contactDecider, unknown).when(resolve).events)).toEqual(['DispatchOutcomeResolved']);
    expect(given(contactDecider, after(authorise())).when(resolve).error).toBeInstanceOf(RefusedByRule);
  });

  it('INV-12 the same command decided twice gives no second event', () => {
    const commands: ContactCommand[] = [
      authorise(), failed('5.1.1'), wish('RecordOptOut'), wish('RecordObjection'), { type: 'SetRestriction', contactId, ground: 'dispute' }, { type: 'StartErasure', contactId, caseId: 'case-1' },
      { type: 'RecordHardBounce', contactId, dispatchId: 'd', enhanced: '5.1.1' }, { type: 'RecordNotice', contactId, dispatchId: 'd', providedAt: NOON, textVersion: 'n' },
      { type: 'ConfirmReach', contactId, contacts: 2 }, { type: 'LiftRestriction', contactId, ground: 'decided' },
    ];
    const history: ContactEvent[] = [added()];
    for (const command of commands) {
      history.push(...contactDecider.decide(command, foldEvents(contactDecider, history)));
      expect([command.type, contactDecider.decide(command, foldEvents(contactDecider, history))]).toEqual([command.type, []]);
    }
  });

  it('SND-10 the state survives JSON, as a snapshot must', () => {
    const state = foldEvents(contactDecider, after(authorise(), failed('4.2.1', 'rcpt', true), wish('RecordOptOut'), wish('WithdrawConsent')));
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});
