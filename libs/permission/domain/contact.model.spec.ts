import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluateGate } from '#compliance/domain/gate';
import { lawfulFacts } from '#compliance/domain/lawful-facts';
import { foldEvents } from '#kernel/decider';
import { contactFacts } from './contact-facts.js';
import type { ContactCommand } from './contact.commands.js';
import { contactDecider } from './contact.decider.js';
import type { ContactEvent } from './contact.events.js';

const contactId = 'contact-1';
const START = Date.parse('2026-11-02T09:00:00Z');
const added: ContactEvent = {
  type: 'ContactAdded',
  data: {
    contactId, prospectId: 'p', importId: 'i', channel: 'email', country: 'EE', tldCountry: 'EE', freeMail: false, recipientType: 'company_person', sourceType: 'public_website',
    method: 'observed', collectedAt: '2026-11-02T00:00:00.000Z', anchorAt: '2026-11-02T00:00:00.000Z', expiresAt: '2029-11-02T00:00:00.000Z', noticeDueAt: '2026-12-02T00:00:00.000Z',
    basis: { kind: 'legitimate_interest', purpose: 'outreach', liaId: 'lia-2026-01' }, presentFields: ['email'], recipient: { kid: 'k', box: 'b', of: 'x' },
  },
};

const outcomes = fc.constantFrom(
  { kind: 'handed-off', smtpCode: 250, contentHmac: 'h' } as const, { kind: 'cancelled', reason: 'expired' } as const, { kind: 'unknown', phase: 'reply', reason: 'connection' } as const,
  { kind: 'failed', phase: 'rcpt', reason: 'refused', enhanced: '4.2.1', temporary: true } as const, { kind: 'failed', phase: 'rcpt', reason: 'refused', enhanced: '5.1.1', temporary: false } as const,
);
const dispatchId = fc.constantFrom('d1', 'd2', 'd3');
const attempt = fc.integer({ min: 1, max: 4 });
const minute = fc.integer({ min: 0, max: 60 * 24 * 40 });

type Step = { readonly what: 'ask'; readonly id: string; readonly attempt: number; readonly minute: number } | { readonly what: 'do'; readonly command: ContactCommand };
const done = (command: fc.Arbitrary<ContactCommand>): fc.Arbitrary<Step> => command.map((one) => ({ what: 'do' as const, command: one }));
const steps = fc.array(fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: fc.constant('ask' as const), id: dispatchId, attempt, minute }) },
  { weight: 4, arbitrary: done(fc.record({ type: fc.constant('RecordOutcome' as const), contactId: fc.constant(contactId), dispatchId, campaignId: fc.constant('c'), attempt, at: minute.map((m) => new Date(START + m * 60_000)), outcome: outcomes, noticeTextVersion: fc.constant('n') })) },
  done(fc.record({
    type: fc.constantFrom('RecordOptOut' as const, 'RecordObjection' as const, 'WithdrawConsent' as const), contactId: fc.constant(contactId), prospectId: fc.constant('p'), channel: fc.constant('one_click' as const),
    receivedAt: minute.map((m) => new Date(START + m * 60_000)), erasureDueAt: fc.constant(new Date(START)),
  })),
  done(fc.constantFrom<ContactCommand>({ type: 'SetRestriction', contactId, ground: 'g' }, { type: 'LiftRestriction', contactId, ground: 'g' }, { type: 'StartErasure', contactId, caseId: 'case' })),
), { maxLength: 25 });

/** The gate and the decider as the service joins them, without a store. */
function ask(history: readonly ContactEvent[], id: string, tries: number, now: Date): ContactEvent[] {
  const state = foldEvents(contactDecider, history);
  const gate = evaluateGate({ ...lawfulFacts, now, contact: contactFacts(state), suppression: { status: 'clear', rev: 0 }, dispatch: { alreadyAuthorised: false } });
  return contactDecider.decide({
    type: 'AuthoriseDispatch', contactId, dispatchId: id, campaignId: 'c', attempt: tries, limit: 3, gate: { ...gate, verdictsRef: 'v' }, expiresAt: new Date(now.getTime() + 10_000),
    cites: { templateVersion: 't', senderId: 's', senderVersion: 1, basisRef: 'b', suppressionRevRead: 0 },
  }, state);
}

function run(plan: readonly Step[]): ContactEvent[] {
  const history: ContactEvent[] = [added];
  for (const step of plan) {
    history.push(...(step.what === 'ask' ? ask(history, step.id, step.attempt, new Date(START + step.minute * 60_000)) : contactDecider.decide(step.command, foldEvents(contactDecider, history))));
  }
  return history;
}

const RUNS = { numRuns: 500 };

describe('generated histories of one contact', () => {
  it('INV-01 no authorisation follows an opt-out, an objection or the start of an erasure', () => {
    fc.assert(fc.property(steps, (plan) => {
      const types = run(plan).map(({ type }) => type);
      const stop = types.findIndex((type) => ['OptOutRecorded', 'ObjectionRecorded', 'ContactErasureStarted', 'HardBounceRecorded'].includes(type));
      expect(stop < 0 ? [] : types.slice(stop).filter((type) => type === 'DispatchAuthorized')).toEqual([]);
    }), RUNS);
  });

  it('INV-02 SND-10 every attempt is authorised once, and nothing follows a hand-off, an unknown outcome or an open authorisation', () => {
    fc.assert(fc.property(steps, (plan) => {
      const open = new Map<string, string>();
      const tried = new Set<string>();
      for (const event of run(plan)) {
        if (!('dispatchId' in event.data) || event.data.dispatchId === undefined) continue;
        const id = event.data.dispatchId;
        if (event.type === 'DispatchAuthorized') {
          expect(tried.has(`${id}:${event.data.attempt}`)).toBe(false);
          tried.add(`${id}:${event.data.attempt}`);
          expect(['open', 'EmailHandedOff', 'DispatchOutcomeUnknown', 'failed for good']).not.toContain(open.get(id));
          open.set(id, 'open');
        } else if (event.type === 'DispatchFailed') open.set(id, event.data.temporary ? 'may be tried' : 'failed for good');
        else if (['EmailHandedOff', 'DispatchOutcomeUnknown', 'DispatchCancelled'].includes(event.type)) open.set(id, event.type);
      }
    }), RUNS);
  });

  it('INV-02 at most one hand-off per dispatch and attempt, whatever comes twice', () => {
    fc.assert(fc.property(steps, (plan) => {
      const twice = run(plan.flatMap((step) => [step, step]));
      expect(twice).toEqual(run(plan));
      const handed = twice.flatMap((event) => (event.type === 'EmailHandedOff' ? [event.data.dispatchId] : []));
      expect(new Set(handed).size).toBe(handed.length);
    }), RUNS);
  });

  it('INV-09 LAW-04 an authorisation was given under a notice in time and a retention that had not ended', () => {
    fc.assert(fc.property(steps, (plan) => {
      let noticed = false;
      for (const event of run(plan)) {
        if (event.type === 'NoticeProvided') noticed = true;
        if (event.type !== 'DispatchAuthorized') continue;
        const now = Date.parse(event.data.expiresAt) - 10_000;
        expect(noticed || now < Date.parse('2026-12-02T00:00:00Z')).toBe(true);
        expect(event.data.noticeState).toBe(noticed ? 'provided' : 'in_this_message');
      }
    }), RUNS);
  });

  it('INV-12 wishes recorded in any order and any number of times end in the same state', () => {
    const wishes = steps.map((plan) => plan.flatMap((step) => (step.what === 'do' && ['RecordOptOut', 'RecordObjection', 'WithdrawConsent'].includes(step.command.type) ? [step] : [])));
    const final = (plan: readonly Step[]) => {
      const { optOut, objection, consentWithdrawnAt } = foldEvents(contactDecider, run(plan));
      return { optOut: optOut?.at, objection: objection?.at, consentWithdrawnAt };
    };
    fc.assert(fc.property(wishes.chain((plan) => fc.tuple(fc.constant(plan), fc.shuffledSubarray([...plan, ...plan], { minLength: plan.length * 2 }))), ([plan, shuffled]) => {
      expect(final(shuffled)).toEqual(final(plan));
    }), RUNS);
  });
});
