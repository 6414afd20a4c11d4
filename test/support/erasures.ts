import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartContactErasure } from '#contracts/api/contact-commands';
import { StartErasure } from '#contracts/api/erasures';
import { EmlFolderMailTransport } from '#engine/mail-transport/eml-folder.mail-transport';
import { EventLog, type AppendRequest } from '#engine/event-log/event-log';
import { PersonalData } from '#engine/event-log/personal-data';
import { ProcessManagerRunner, type AnyProcessManager } from '#engine/reactions/process-manager-runner';
import { ProjectionRunner } from '#engine/reactions/projection-runner';
import { ContactTraces } from '#erasure/nest/contact-traces';
import { AdvanceErasureHandler, HonourWishHandler, VerifyErasuresHandler, WatchErasureClockHandler } from '#erasure/nest/erasure-command.handlers';
import { ErasureCases } from '#erasure/nest/erasure-cases';
import { ErasureEffects } from '#erasure/nest/erasure-effects';
import { ErasureVerification } from '#erasure/nest/erasure-verification.service';
import { ErasureWork } from '#erasure/nest/erasure-work.service';
import { RetentionSweep } from '#erasure/nest/retention-sweep.service';
import { StartErasureHandler } from '#erasure/nest/start-erasure.handler';
import { AdvanceErasure, HonourWish, VerifyErasures, WatchErasureClock } from '#erasure/process-managers/erasure.commands';
import { erasureProcessManagers } from '#erasure/process-managers/index';
import { erasureProjections } from '#erasure/projections/index';
import { randomId } from '#kernel/ids';
import type { Projection } from '#kernel/projection';
import { addCalendarMonths, addCalendarYears } from '#kernel/time/calendar';
import { obligationProjections } from '#obligations/projections/index';
import { StartContactErasureHandler } from '#permission/nest/contact-command.handlers';
import { contactsProjection } from '#permission/projections/contacts.projection';
import { prospectsProjection } from '#sourcing/projections/prospects.projection';
import { contactFactsOfEvent, contactWorld } from './contacts.js';
import { tempFolder } from './temp-folder.js';
import { testEngine, type TestEngine } from './engine.js';

/** The process died: nothing after this happens. */
export class Crash extends Error {}

/** A log whose n-th append from now fails, before or after it became durable. */
export class CrashingLog extends EventLog {
  crashAt: { appends: number; when: 'before' | 'after' } | undefined;

  override async append(request: AppendRequest) {
    return this.around(request, () => super.append(request));
  }

  override async appendMany(requests: readonly AppendRequest[]) {
    return this.around(requests[0], () => super.appendMany(requests));
  }

  private async around<T>(_: unknown, append: () => Promise<T>): Promise<T> {
    const due = this.crashAt !== undefined && (this.crashAt.appends -= 1) < 0 ? this.crashAt.when : undefined;
    if (due === 'before') throw new Crash();
    const result = await append();
    if (due === 'after') throw new Crash();
    return result;
  }
}

export interface Person {
  readonly prospectId: string;
  readonly contactIds: readonly string[];
  readonly emails: readonly string[];
}

export type ErasureWorld = Awaited<ReturnType<typeof erasureWorld>>;

/** Permission, sourcing's read model, erasure and obligations on a real engine, with process managers running, without Nest. */
export async function erasureWorld(given?: TestEngine, mailFolder = tempFolder('mail')) {
  const test = given ?? (await testEngine());
  const { engine } = test;
  const log = new CrashingLog(engine.store, engine.vault, test.clock);
  const world = await contactWorld({ ...test, log });
  const { tenancy, book } = world;
  const mail = new EmlFolderMailTransport({ folder: mailFolder });
  const failures: unknown[] = [];

  const commands = { execute: (command: unknown): Promise<never> => dispatch(command) as Promise<never> };
  const cases = new ErasureCases(log, tenancy);
  const traces = new ContactTraces(log, new PersonalData(engine.vault), mail);
  const effects = new ErasureEffects(cases, traces, engine, engine.registry, engine.vault, engine.readModels, book, commands);
  const work = new ErasureWork(cases, effects, engine.vault, engine);
  const verification = new ErasureVerification(
    cases, work, engine, engine.registry, engine.vault, engine.readModels, new PersonalData(engine.vault), { paths: { dataFolder: test.folder, mailFolder, uploads: '' } },
    { shareOfTime: 1, atLeastEveryMs: 0 },
  );
  const start = new StartErasureHandler(cases, engine.registry, commands);
  const sweep = new RetentionSweep(cases, start, tenancy);
  const handlers = new Map<unknown, { execute(command: never): Promise<unknown> }>([
    [StartErasure, start], [StartContactErasure, new StartContactErasureHandler(world.contacts, tenancy)],
    [AdvanceErasure, new AdvanceErasureHandler(work)], [VerifyErasures, new VerifyErasuresHandler(verification)],
    [WatchErasureClock, new WatchErasureClockHandler(cases)], [HonourWish, new HonourWishHandler(cases, sweep)],
  ]);
  const dispatch = async (command: unknown) => handlers.get((command as object).constructor)!.execute(command as never);

  const projections: Projection[] = [contactsProjection, prospectsProjection, ...erasureProjections, ...obligationProjections] as never;
  const projector = new ProjectionRunner(engine.feed, engine.readModels, projections);
  await projector.start();
  const managers = new ProcessManagerRunner(engine.feed, engine.readModels, test.clock, erasureProcessManagers as unknown as AnyProcessManager[], async (command) => {
    try {
      return await dispatch(command);
    } catch (error) {
      failures.push(error);
      throw error;
    }
  });

  return {
    ...world, log, mail, mailFolder, cases, sweep, work, verification, projector, managers, failures, execute: dispatch,
    /** Runs reactions and projections until nothing is owed now. */
    async settle(): Promise<void> {
      await managers.settle();
      await projector.caughtUp();
    },
    /** A person with the given addresses, recorded as an import would. */
    async addPerson(emails: readonly string[], collectedAt = '2026-11-02T00:00:00.000Z', facts: Record<string, unknown> = {}): Promise<Person> {
      const prospectId = randomId(randomBytes, 'prospect');
      const contactIds = emails.map(() => randomId(randomBytes, 'contact'));
      const expiresAt = addCalendarYears(collectedAt, 3, 'UTC');
      const noticeDueAt = addCalendarMonths(collectedAt, 1, 'UTC');
      const shared = { importId: 'import-1', country: 'EE', recipientType: 'company_person', sourceType: 'public_website', method: 'observed', collectedAt, anchorAt: collectedAt, expiresAt };
      await engine.vault.create([{ tenantId: 'main', subjectId: prospectId, purposeClass: 'marketing' }]);
      const prospect = await log.prepare({
        streamId: prospectId, expected: 0, meta: test.meta, subjectId: prospectId, wakeAt: new Date(noticeDueAt), commitId: 'sourced',
        events: [{ type: 'ProspectSourced', data: { ...shared, prospectId, contacts: contactIds, provenance: { sourceName: 'Fair', collectedBy: 'tool' } } }],
      });
      const requests = await Promise.all(emails.map(async (email, i) => ({
        tenantId: 'main', prospectId, contactId: contactIds[i]!, forms: book.email(email),
        commits: [...(i === 0 ? [prospect] : []), await log.prepare({
          streamId: contactIds[i]!, expected: 0, meta: test.meta, subjectId: prospectId,
          events: [{ type: 'ContactAdded', data: { ...contactFactsOfEvent, ...shared, noticeDueAt, contactId: contactIds[i], prospectId, recipient: { email, first_name: 'Canary', company: 'Buyer' }, ...facts } }],
        })],
      })));
      const results = await engine.registry.create(requests);
      if (results.some(({ status }) => status !== 'created')) throw new Error(`Not created: ${JSON.stringify(results)}`);
      return { prospectId, contactIds, emails };
    },
    /** A message to the person's first address as it is after its hand-off: an authorisation on the stream and a kept file. */
    async keepMessage({ contactIds: [contactId], emails: [email] }: Person, dispatchId: string, campaignId: string): Promise<string> {
      await log.append({
        streamId: contactId!, expected: 'any', meta: test.meta,
        events: [{ type: 'DispatchAuthorized', data: {
          contactId, dispatchId, campaignId, attempt: 1, templateVersion: 't', senderId: 's', senderVersion: 1, basisRef: 'legitimate_interest:lia-2026-01',
          noticeState: 'in_this_message', verdictsRef: 'v', ruleSetVersion: 'r', suppressionRevRead: 0, expiresAt: '2026-11-02T09:00:10.000Z',
        } }],
      });
      const file = join(mailFolder, campaignId, `${dispatchId}.eml`);
      await mkdir(join(mailFolder, campaignId), { recursive: true });
      await writeFile(file, `To: <${email}>\r\n\r\nHello\r\n`);
      return file;
    },
    optOut(email: string, receivedAt: Date = test.clock.now()) {
      return world.protocol.record({ kind: 'opt_out', forms: book.email(email), channel: 'link', receivedAt, actor: { kind: 'recipient', id: 'page' } });
    },
    async caseOf(prospectId: string): Promise<string | undefined> {
      return (await log.load(prospectId)).find(({ type }) => type === 'ErasureStarted')?.data.caseId as string | undefined;
    },
    async close(): Promise<void> {
      await managers.stop();
      await projector.stop();
      await engine.close();
    },
  };
}
