import { randomBytes } from 'node:crypto';
import type { Verdict } from '#compliance/domain/rule';
import { lawfulFacts } from '#compliance/domain/lawful-facts';
import { defaultSettings } from '#compliance/domain/settings';
import type { DispatchContext } from '#contracts/api/dispatch-gate';
import type { InFlightDispatches } from '#contracts/api/in-flight';
import type { Tenancy } from '#contracts/api/tenancy';
import type { RecordedEvent } from '#kernel/recorded-event';
import { decodeEvent } from '#engine/event-log/event-codec';
import { randomId } from '#kernel/ids';
import { PepperedAddressBook } from '#permission/nest/address-book.service';
import { ContactStreams } from '#permission/nest/contact-streams';
import { DispatchGateService } from '#permission/nest/dispatch-gate.service';
import { OptOutHandler } from '#permission/nest/opt-out.handler';
import { OptOutProtocol } from '#permission/nest/opt-out.protocol';
import { OutcomeRecorder } from '#permission/nest/outcome-recorder';
import { PublishSuppressions } from '#permission/nest/publish-suppressions.service';
import { testEngine, type TestEngine } from './engine.js';

/** A tenant that never changes: identity, defaults of all settings, policy `test-1`. */
export const steadyTenancy: Tenancy = {
  tenantId: 'main',
  policyVersion: () => 'test-1',
  setting: <T extends string | number | boolean>(key: string): T => (defaultSettings as unknown as Record<string, T>)[key]!,
  identity: () => ({
    version: 1, publicUrl: 'https://mail.sender.example',
    identity: {
      name: 'Müller & Söhne "Scanners" <OÜ>', postalAddress: { street: 'Pikk 1', locality: 'Tallinn', postcode: '10123', country: 'EE' },
      privacyContact: 'privacy@sender.example', establishmentCountry: 'EE',
    },
  }),
  sender: () => undefined,
  dkimKey: () => undefined,
  lia: () => undefined,
};

/** A lawful campaign of an Estonian firm: the gate allows a fresh Estonian company person. */
export const lawfulContext: DispatchContext = {
  campaignId: lawfulFacts.campaign.id, tenant: lawfulFacts.tenant, campaign: lawfulFacts.campaign, sender: lawfulFacts.sender, lia: lawfulFacts.lia, policyVersion: 'test-1',
};

export const noVerdicts = async (_ref: string, _ruleSet: string, _verdicts: readonly Verdict[]): Promise<void> => undefined;

export type ContactWorld = Awaited<ReturnType<typeof contactWorld>>;

/** The permission context on a real engine, without Nest. */
export async function contactWorld(given?: TestEngine, tenancy = steadyTenancy) {
  const test = given ?? (await testEngine());
  const { engine, log } = test;
  const cancelled: string[][] = [];
  const inFlight: InFlightDispatches = { cancel: async (ids) => (cancelled.push([...ids]), []) };
  const book = await PepperedAddressBook.open(engine.keyProvider, tenancy.tenantId);
  const contacts = new ContactStreams(log);
  const protocol = new OptOutProtocol(contacts, engine.registry, tenancy, book, inFlight);
  const outcomes = new OutcomeRecorder(contacts, tenancy);
  const gate = new DispatchGateService(contacts, outcomes, engine.registry, engine.vault, tenancy, engine.deadLetters);
  const optOuts = new OptOutHandler(protocol, test.clock);

  return {
    ...test, tenancy, book, contacts, protocol, gate, optOuts, cancelled,
    /** Creates a contact as an import would; returns its ids, or undefined if the registry refused it. */
    async addContact(email: string, options: { prospectId?: string; facts?: Record<string, unknown> } = {}) {
      const prospectId = options.prospectId ?? randomId(randomBytes, 'prospect');
      const contactId = randomId(randomBytes, 'contact');
      await engine.vault.create([{ tenantId: 'main', subjectId: prospectId, purposeClass: 'marketing' }]);
      const commit = await log.prepare({
        streamId: contactId, expected: 0, meta: test.meta, subjectId: prospectId,
        events: [{ type: 'ContactAdded', data: { ...contactFactsOfEvent, contactId, prospectId, recipient: { email, company: 'Buyer' }, ...options.facts } }],
      });
      const [result] = await engine.registry.create([{ tenantId: 'main', prospectId, contactId, forms: book.email(email), commits: [commit] }]);
      return result?.status === 'created' ? { contactId, prospectId } : undefined;
    },
    /** Puts the suppressions of past days into the log; returns how many. */
    publishSuppressions: () => new PublishSuppressions(engine.registry, engine.store, tenancy, test.clock, undefined).publish(),
    /** Every event of the whole log, in order. */
    async history(): Promise<RecordedEvent[]> {
      return (await engine.feed.read(0, 1_000_000)).map(decodeEvent);
    },
    async types(streamId: string): Promise<string[]> {
      return (await log.load(streamId)).map(({ type }) => type);
    },
  };
}

/** `ContactAdded` without ids and recipient. */
export const contactFactsOfEvent = {
  importId: 'import-1', channel: 'email', country: 'EE', tldCountry: 'EE', freeMail: false, recipientType: 'company_person', sourceType: 'public_website',
  method: 'observed', collectedAt: '2026-11-02T00:00:00.000Z', anchorAt: '2026-11-02T00:00:00.000Z', expiresAt: '2029-11-02T00:00:00.000Z',
  noticeDueAt: '2026-12-02T00:00:00.000Z', basis: { kind: 'legitimate_interest', purpose: 'outreach', liaId: 'lia-2026-01' }, presentFields: ['email', 'company'],
} as const;
