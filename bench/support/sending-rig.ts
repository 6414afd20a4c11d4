import { randomBytes } from 'node:crypto';
import { AudienceService } from '#campaigns/nest/audience.service';
import { CampaignCheckService } from '#campaigns/nest/campaign-check.service';
import { CampaignContentService } from '#campaigns/nest/campaign-content.service';
import { CampaignLaunchService } from '#campaigns/nest/campaign-launch.service';
import { CampaignReaderService } from '#campaigns/nest/campaign-reader.service';
import { CampaignStreams } from '#campaigns/nest/campaign-streams';
import { FinalMessageCheck } from '#campaigns/nest/final-message-check';
import { readCampaign } from '#campaigns/nest/read-campaign';
import { TestSendService } from '#campaigns/nest/test-send.service';
import { campaignsProjections } from '#campaigns/projections/index';
import type { FaultPoints } from '#contracts/api/fault-points';
import type { SendingThread } from '#contracts/api/sending-thread';
import type { SenderView, Tenancy } from '#contracts/api/tenancy';
import { COLLECTIONS, type ImportDoc } from '#contracts/read-models';
import { CampaignLoader } from '#delivery/nest/campaign-loader';
import { CrashRecovery } from '#delivery/nest/crash-recovery';
import { DispatchRunner } from '#delivery/nest/dispatch-runner.service';
import { InFlight } from '#delivery/nest/in-flight.service';
import { LocalSender } from '#delivery/nest/local-sender';
import { MessageRenderer } from '#delivery/nest/message-renderer';
import { SenderIdentities } from '#delivery/nest/sender-identities';
import type { MessageSender } from '#delivery/nest/message-sender';
import { ThreadSender } from '#delivery/nest/thread/thread-sender';
import type { MailTransport } from '#engine/mail-transport/mail-transport.port';
import type { Actor } from '#kernel/envelope';
import { randomId } from '#kernel/ids';
import type { Projection } from '#kernel/projection';
import { OptOutProtocol } from '#permission/nest/opt-out.protocol';
import { permissionProjections } from '#permission/projections/index';
import { contactFactsOfEvent, contactWorld, steadyTenancy } from '#test/support/contacts';
import { testEngine, type TestEngine } from '#test/support/engine';

export const OFFICER: Actor = { kind: 'local', id: 'officer' };

const identity = {
  version: 1, publicUrl: 'https://mail.sender.example',
  identity: {
    name: 'Northern Scanners OÜ', postalAddress: { street: "King's Road 14", locality: 'Tallinn', postcode: '10123', country: 'EE' },
    privacyContact: 'privacy@sender.example', establishmentCountry: 'EE',
  },
};
const sender: SenderView = {
  senderId: 'sales-ee', version: 1, fromName: 'Northern Scanners', fromAddress: 'sales@sender.example', replyTo: 'replies@sender.example', replyToAttested: true,
  dkim: undefined, verifiedBy: 'zone_file',
};
const lia = { liaId: 'lia-2026-01', interest: 'finding customers among companies that run warehouses', recordedAt: '2026-10-01T00:00:00.000Z', approvedAt: '2026-10-02T00:00:00.000Z' };

export const rigTenancy: Tenancy = {
  ...steadyTenancy,
  identity: () => identity,
  sender: (senderId) => (senderId === sender.senderId ? sender : undefined),
  lia: (liaId) => (liaId === lia.liaId ? lia : undefined),
};

export interface RigOptions {
  readonly transport: MailTransport;
  /** Compose and send on a thread of its own; `transport` is then only for tests and probes. */
  readonly thread?: SendingThread;
  /** Sends in place of both. */
  readonly sender?: MessageSender;
  readonly connections?: number;
  readonly test?: TestEngine;
  readonly tenancy?: Tenancy;
  readonly faults?: FaultPoints;
  readonly testRecipients?: readonly string[];
}
export interface SendingRig extends Awaited<ReturnType<typeof buildRig>> { again(next: MailTransport): Promise<SendingRig> }

/** Permission, campaigns and delivery on a real embedded engine, wired as the app wires them, without Nest and HTTP. */
export async function sendingRig(options: RigOptions): Promise<SendingRig> {
  const rig = await buildRig(options);
  return {
    ...rig,
    /** A new sending side over the same log, as after a restart of the app. */
    async again(next) {
      await rig.runner.stop();
      await rig.projections.stop();
      return sendingRig({ ...options, transport: next, test: rig });
    },
  };
}

async function buildRig({ transport, thread, sender: given, connections = 4, test, tenancy = rigTenancy, faults, testRecipients = [] }: RigOptions) {
  const world = await contactWorld(test ?? (await testEngine()), tenancy);
  const { engine, log, personal, clock, book, contacts, gate } = world;
  const projections = engine.projecting([...permissionProjections, ...campaignsProjections] as unknown as Projection[]);
  await projections.start();
  const catchUp = { readModels: () => projections.caughtUp() };
  const streams = new CampaignStreams(log, tenancy);
  const reader = new CampaignReaderService(streams, engine.readModels, tenancy);
  const inFlight = new InFlight(faults);
  const composer = new MessageRenderer(new CampaignContentService(), tenancy, book, personal, log, engine.vault, engine.keyProvider, new SenderIdentities(tenancy));
  const sender = given ?? (thread === undefined
    ? new LocalSender({ composer, transport, faults: faults ?? { reach: () => undefined }, monotonic: () => clock.monotonic() })
    : new ThreadSender({ clock, log, vault: engine.vault, personal, tenancy, keys: engine.keyProvider, ...thread }));
  const runner = new DispatchRunner(
    reader, gate, sender, transport, clock, engine.wakeUps, catchUp, engine.leases, engine.keyProvider, { connections }, inFlight,
    new CampaignLoader(reader, engine.readModels, personal, tenancy), new CrashRecovery(engine.readModels, gate), faults,
  );
  const checks = new CampaignCheckService(new AudienceService(engine.readModels, personal), new FinalMessageCheck(composer, tenancy, clock), gate, runner, tenancy, catchUp, clock);
  const launches = new CampaignLaunchService(streams, checks, runner, tenancy, catchUp, clock);
  const tests = new TestSendService(streams, checks, composer, transport, runner, engine.registry, book, tenancy, { testRecipients }, clock);
  const optOut = new OptOutProtocol(contacts, engine.registry, tenancy, book, inFlight);
  await engine.readModels.declare({ name: COLLECTIONS.imports, version: 1, indexes: ['importId', 'name', 'state'] });
  await recordImport('rig');

  async function recordImport(name: string): Promise<string> {
    const importId = `import-${name}`;
    const doc: ImportDoc = { importId, name, fileHash: 'x', state: 'completed', receivedAt: clock.now().toISOString(), counts: {}, refusedByReason: {}, throughLine: 0 };
    await engine.readModels.apply(COLLECTIONS.imports, [{ id: importId, streamId: importId, streamVersion: 1, doc }]);
    return importId;
  }

  return {
    ...world, tenancy, projections, catchUp, streams, reader, inFlight, composer, runner, checks, launches, tests, optOut,
    /** People as an import would leave them, in big steps. Returns contact ids. */
    async addPeople(emails: readonly string[], facts: Record<string, unknown> = {}, importName = 'rig'): Promise<string[]> {
      const importId = await recordImport(importName);
      const ids: string[] = [];
      for (let at = 0; at < emails.length; at += 500) {
        const people = emails.slice(at, at + 500).map((email) => ({ email, contactId: randomId(randomBytes, 'contact'), prospectId: randomId(randomBytes, 'prospect') }));
        await engine.vault.create(people.map(({ prospectId }) => ({ tenantId: 'main', subjectId: prospectId, purposeClass: 'marketing' as const })));
        await engine.registry.create(await Promise.all(people.map(async ({ email, contactId, prospectId }) => ({
          tenantId: 'main', prospectId, contactId, forms: book.email(email),
          commits: await Promise.all([
            log.prepare({
              streamId: contactId, expected: 0, meta: world.meta, subjectId: prospectId,
              events: [{ type: 'ContactAdded', data: { ...contactFactsOfEvent, importId, contactId, prospectId, recipient: { email, company: 'Buyer', first_name: 'Mari' }, presentFields: ['email', 'company', 'first_name'], ...facts } }],
            }),
            log.prepare({
              streamId: prospectId, expected: 0, meta: world.meta, subjectId: prospectId,
              events: [{
                type: 'ProspectSourced',
                data: {
                  prospectId, importId, country: 'EE', recipientType: 'company_person', sourceType: 'public_website', method: 'observed', collectedAt: contactFactsOfEvent.collectedAt,
                  anchorAt: contactFactsOfEvent.anchorAt, expiresAt: contactFactsOfEvent.expiresAt, contacts: [contactId], provenance: { sourceUrl: 'https://buyer.example/team', collectedBy: 'sales' },
                },
              }],
            }),
          ]),
        }))));
        ids.push(...people.map(({ contactId }) => contactId));
      }
      await projections.caughtUp();
      return ids;
    },
    async launch(changes: Parameters<typeof campaignText>[0] = {}) {
      return launches.launch(readCampaign(campaignText(changes)), { doNotMailListImported: true, overrideReason: undefined, actor: OFFICER, mayOverride: true });
    },
    async steer(campaignId: string, type: 'Pause' | 'Resume' | 'Cancel') {
      await streams.execute(campaignId, { type, campaignId, reason: 'by-hand' }, OFFICER);
      await runner.refresh(campaignId);
    },
    async close() {
      await runner.stop();
      await projections.stop();
      await transport.close();
      await engine.close();
    },
  };
}

/** A lawful campaign in the words of campaign.yaml. */
export function campaignText({ name = 'scanners', perDay = 1_000_000, perMinute = 1_000_000, perDomainPerHour = 1_000_000, start = 'now', subject = 'Scanners for {{company}}', imports = 'rig', filler = 0 } = {}) {
  const line = 'Our scanners read damaged labels in cold stores and in the rain, and they do it all day. ';
  return {
    file: `version: 1\nname: ${name}\nsender: sales-ee\npurpose: outreach\nlia: lia-2026-01\nrelevance: "Barcode scanners, for people who run warehouses"\n`
      + `template: { language: en, subject: "${subject}", text: mail.txt.hbs, html: mail.html.hbs }\naudience: { imports: [${imports}] }\n`
      + `pace: { perDay: ${perDay}, perMinute: ${perMinute}, perDomainPerHour: ${perDomainPerHour} }\nstart: ${start}\n`,
    text: `Hello {{default first_name "there"}},\n\nour scanners read damaged labels. See https://sender.example/scanners\n${`${line}\n`.repeat(filler)}\nBest wishes, {{sender_name}}\n`,
    html: '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Scanners</title></head>\n<body>\n<p>Hello {{default first_name "there"}},</p>\n'
      + `<p>our scanners read damaged labels. <a href="https://sender.example/scanners">See the scanners</a></p>\n${`<p>${line}</p>\n`.repeat(filler)}<p>Best wishes, {{sender_name}}</p>\n</body></html>\n`,
  };
}
