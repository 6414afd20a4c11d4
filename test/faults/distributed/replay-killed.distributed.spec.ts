import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startStandalone, type Standalone } from '#apps/standalone/compose-standalone';
import { JsonLog } from '#apps/standalone/log';
import { COLLECTIONS, type ContactDoc } from '#contracts/read-models';
import { EventLog } from '#engine/event-log/event-log';
import type { DomainEvent } from '#kernel/decider';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import { AppProcess } from '#test/faults/harness/app-process';
import { MailSink } from '#test/faults/harness/mail-sink';
import { handedFile, type PlantedLetter } from '#test/faults/harness/planted-letter';
import { campaignOf, expectStatus, importList, launch, LIA_ID, listOf, makeReady, people } from '#test/faults/harness/prospects';
import { AppClient } from '#test/support/app-client';
import { distributed } from '#test/support/distributed';
import { testInstallation } from '#test/support/installation';
import { removeTempFolders, tempFolder } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { progress, summary } from './progress.js';
import { sizeOf } from './sizes.js';

const { events, ahead, limit } = sizeOf('replayKilled');
const PEOPLE = people(3);

describe('a replay of dead letters', () => {
  const engine = distributed();
  const plan = join(tempFolder('planted'), 'plan.json');
  const processes: AppProcess[] = [];
  let config: LoadedConfig;
  let sink: MailSink;
  let front: Standalone;
  let local: AppClient;
  beforeAll(async () => {
    sink = await MailSink.open();
    config = await testInstallation({ smtpPort: sink.port, connections: 1, extra: await engine.settings() });
  });
  afterAll(async () => {
    await Promise.all(processes.map((worker) => worker.kill()));
    await front?.close();
    await sink.close();
    await engine.remove();
    removeTempFolders();
  }, 60_000);

  const worker = async (clock = 0): Promise<AppProcess> => {
    const started = await AppProcess.start(config, undefined, 'worker', { OUTRIGHT_PLANTED: plan, OUTRIGHT_CLOCK_AHEAD: String(clock) });
    processes.push(started);
    return started;
  };
  const say = (planted: PlantedLetter): void => {
    writeFileSync(`${plan}.draft`, JSON.stringify(planted));
    renameSync(`${plan}.draft`, plan);
  };
  /** Which process put which version into the read model. */
  const handed = (by: AppProcess): number[] => {
    const lines = existsSync(handedFile(plan)) ? readFileSync(handedFile(plan), 'utf8').trim().split('\n') : [];
    return lines.map((line) => line.split(' ').map(Number)).filter(([pid]) => pid === by.pid).map(([, version]) => version!);
  };
  const letters = async () => expectStatus(200, await local.get('/v1/dead-letters')).body.items as { id: string; events: number; state: string }[];
  /** How many the gate refuses for a letter, asked as a campaign is checked. */
  const held = async (): Promise<number> => {
    const { forecast } = expectStatus(200, await local.post('/v1/campaigns/later/check', { json: campaignOf('later', 'list') })).body;
    return (forecast.refusals as { reason: string; count: number }[]).find(({ reason }) => reason === 'quarantined')?.count ?? 0;
  };

  it(`H8 H1 (partly) whose process is killed after ${Math.ceil(events / 2)} of ${events} events, and the next one before it lifts the letter, is finished by the third: nothing is skipped, and its recipient is blocked until then`, async () => {
    // Given a stream whose events no read model takes
    const first = await (await worker()).ready();
    front = await startStandalone({ config, roles: ['api', 'recipient'], log: new JsonLog(() => undefined) });
    local = new AppClient({ socketPath: front.socketPath });
    await makeReady(local);
    await importList(local, 'list', listOf(PEOPLE));
    const { store, vault, clock, readModels } = front.engine;
    expect(await held()).toBe(0);
    const [{ contactId: streamId }] = (await readModels.find<ContactDoc>(COLLECTIONS.contacts, { limit: 1 })).items as [ContactDoc];
    const from = (await store.loadText(streamId)).at(-1)!.version + 1;
    const through = from + events - 1;
    say({ streamId, refuse: from });
    const log = new EventLog(store, vault, clock);
    for (const event of endedAndAssigned(streamId)) await log.append({ streamId, expected: 'any', events: [event], meta: { tenantId: 'main', actor: { kind: 'system', id: 'test' }, policyVersion: 'test-1' } });
    await waitFor('all of it to be set aside', async () => (await letters()).at(0)?.events === events);
    await waitFor('the gate to hear of it', async () => (await held()) === 1);

    // When it is mended, and the process that replays it dies in the middle
    const middle = from + Math.ceil(events / 2) - 1;
    say({ streamId, dieAt: middle });
    void local.post('/v1/dead-letters/replay', { json: { all: true } }).catch(() => undefined);
    expect(await first.exited).toMatchObject({ signal: 'SIGKILL' });
    expect(handed(first).filter((version) => version >= from)).toEqual(range(from, middle));
    expect([await letters(), await held()]).toMatchObject([[{ events, state: 'replay-wanted' }], 1]);
    progress('killed in the middle');

    // And the next one as well, when it has handed them all and not lifted the letter
    say({ streamId, dieBeforeLift: true });
    const dying = await worker(ahead);
    expect(await dying.exited).toMatchObject({ signal: 'SIGKILL' });
    expect(handed(dying)).toEqual(range(middle + 1, through));
    expect([await letters(), await held()]).toMatchObject([[{ events, state: 'replay-wanted' }], 1]);
    progress('killed before the letter was lifted');

    // Then the next one begins again and goes to the end, and only then is the recipient free: the guard of the read model lets each version in once
    say({ streamId });
    const second = await worker(ahead * 2);
    const early: string[] = [];
    await waitFor('the end of the replay', async () => {
      const before = await held();
      const open = (await letters()).length;
      if (open > 0 && before === 0) early.push(handed(second).join());
      return open === 0;
    }, limit * 0.5, 100);
    expect(early).toEqual([]);
    expect(handed(second)).toEqual([]);
    await waitFor('the gate to hear of that', async () => (await held()) === 0);
    expect((await readModels.getMany<ContactDoc>(COLLECTIONS.contacts, [streamId])).get(streamId)).toMatchObject({ streamVersion: through, doc: { basisKind: 'legitimate_interest', liaId: LIA_ID } });
    await second.ready();
    await launch(local, 'later', 'list');
    await waitFor('a message to everybody', () => sink.arrivals.length === PEOPLE.length, 60_000);
    summary('replay killed', { events, 'handed before the death': middle - from + 1, 'handed after it': handed(dying).length, 'free too early': early.length, messages: sink.arrivals.length });
  }, limit);

  /** Pairs, so that the last one leaves the contact as it was. */
  const endedAndAssigned = (contactId: string): DomainEvent[] => Array.from({ length: events }, (_, n) => (n % 2 === 0
    ? { type: 'BasisEnded', data: { contactId, purpose: 'outreach', reason: 'review' } }
    : { type: 'BasisAssigned', data: { contactId, basis: { kind: 'legitimate_interest', purpose: 'outreach', liaId: LIA_ID } } }));
});

const range = (from: number, through: number): number[] => Array.from({ length: through - from + 1 }, (_, at) => from + at);
