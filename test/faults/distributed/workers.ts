import { setTimeout as delay } from 'node:timers/promises';
import { startStandalone, type Standalone } from '#apps/standalone/compose-standalone';
import { JsonLog } from '#apps/standalone/log';
import { decodeEvent } from '#engine/event-log/event-codec';
import type { RecordedEvent } from '#kernel/recorded-event';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import { AppProcess } from '#test/faults/harness/app-process';
import { verified, type Dispatch } from '#test/faults/harness/campaign-under-fire';
import { Leavers, type Habits } from '#test/faults/harness/leavers';
import { MailSink } from '#test/faults/harness/mail-sink';
import type { brokenPromises } from '#test/faults/harness/promises-kept';
import { allOf, importList, launch, listOf, makeReady, people } from '#test/faults/harness/prospects';
import { AppClient } from '#test/support/app-client';
import type { EngineUnderTest } from '#test/support/engines';
import { testInstallation } from '#test/support/installation';
import { waitFor } from '#test/support/wait-for';
import { everyEvent } from './product.js';

export interface Sending {
  readonly people: number;
  readonly connections: number;
  readonly habits: Habits;
  readonly random: () => number;
  /** Longest wait of the mail server before the answer to a final dot, milliseconds. */
  readonly patience: number;
}

/** Longest wait for the first message, and between two tries of a launch, milliseconds. */
const FIRST_MS = 240_000;
const ASK_AGAIN_MS = 1_000;
const NAME = 'scanners';

/** One campaign of an installation whose API and pages run here, and whose workers are processes of the built app that may die or stand still. */
export class Workers {
  readonly recoveries = [];
  readonly damaged = [];
  readonly workers: AppProcess[] = [];
  readonly local: AppClient;
  readonly leavers: Leavers;
  /** Those whose message was begun and has not arrived, the last one last. */
  readonly underway = new Set<string>();

  private constructor(private readonly config: LoadedConfig, readonly front: Standalone, readonly sink: MailSink, readonly everyone: readonly string[], readonly options: Sending) {
    this.local = new AppClient({ socketPath: front.socketPath });
    sink.patience = () => options.random() * options.patience;
    this.leavers = new Leavers(() => ({ url: front.url, local: this.local }), sink, everyone, options.habits, options.random);
    const { onArrival, onRecipient } = sink;
    sink.onRecipient = (address) => {
      this.underway.delete(address);
      this.underway.add(address);
      onRecipient(address);
    };
    sink.onArrival = (arrival) => {
      this.underway.delete(arrival.to);
      onArrival(arrival);
    };
  }

  /** The workers run and everything is ready for the launch when this resolves. */
  static async begin(engine: EngineUnderTest, options: Sending, count: number, fault?: string): Promise<Workers> {
    const sink = await MailSink.open();
    const config = await testInstallation({ smtpPort: sink.port, connections: options.connections, extra: await engine.settings() });
    // The read models are made by whoever keeps them.
    const first = await (await AppProcess.start(config, fault, 'worker')).ready();
    const front = await startStandalone({ config, roles: ['api', 'recipient'], log: new JsonLog(() => undefined) });
    const fire = new Workers(config, front, sink, people(options.people), options);
    fire.workers.push(first);
    try {
      for (let n = 1; n < count; n += 1) await fire.hire(fault);
      await makeReady(fire.local);
      // Other installations may import beside this one.
      await importList(fire.local, 'list', listOf(fire.everyone), 60_000 + fire.everyone.length * 250);
      return fire;
    } catch (error) {
      await fire.end();
      throw error;
    }
  }

  /** Resolves when the first messages have arrived; the answer shows read models, which workers that stand still do not keep. */
  async launch(): Promise<void> {
    let asking: Promise<void> | undefined;
    // Read models that trail behind the import have a launch refused; it is asked for again, as a person would.
    await waitFor('the first messages', () => {
      asking ??= launch(this.local, NAME, 'list').catch(async () => {
        await delay(ASK_AGAIN_MS);
        asking = undefined;
      });
      return this.sink.arrivals.length > 0;
    }, FIRST_MS);
  }

  async hire(fault?: string): Promise<AppProcess> {
    const worker = await AppProcess.start(this.config, fault, 'worker');
    this.workers.push(worker);
    return worker;
  }

  /** kill -9, and everything that the dead process wrote has been read when it resolves. */
  async kill(worker: AppProcess): Promise<void> {
    this.workers.splice(this.workers.indexOf(worker), 1);
    await worker.kill();
    await this.sink.drained();
  }

  async finished(limit: number): Promise<void> {
    await waitFor('the end of the campaign', async () => (await this.local.get(`/v1/campaigns/${NAME}`)).body.state === 'finished', limit);
    await this.leavers.again();
  }

  unknown(): Promise<Dispatch[]> {
    return allOf<Dispatch>(this.local, '/v1/dispatches?status=unknown');
  }

  dispatches(): Promise<Dispatch[]> {
    return allOf<Dispatch>(this.local, `/v1/dispatches?campaign=${NAME}`);
  }

  verify() {
    return verified(this.local);
  }

  async endAndRead(): Promise<RecordedEvent[]> {
    return (await everyEvent(this.front.engine.store)).map(decodeEvent);
  }

  async end(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.kill()));
    await this.front.close();
    await this.sink.close();
  }
}

/** Of each dispatch the last instant at which its authorisation could be used, milliseconds of the wall clock. */
export function usableUntil(log: readonly RecordedEvent[]): Map<string, number> {
  return new Map(log.filter(({ type }) => type === 'DispatchAuthorized').map(({ data }) => [data['dispatchId'] as string, Date.parse(data['expiresAt'] as string)]));
}

/**
 * What several processes may do and one may not: write to somebody who has the answer already. Then it is within the authorisation, and
 * the log says so.
 */
export function overlaps({ sink, leavers: { acknowledged } }: Workers, log: readonly RecordedEvent[]) {
  const late = sink.arrivals.filter(({ to, at }) => at > (acknowledged.get(to) ?? Infinity));
  const until = usableUntil(log);
  const recorded = new Set(log.filter(({ type, data }) => type === 'DispatchOutcomeUnknown' || (type === 'EmailHandedOff' && data['afterOptOut'] === true)).map(({ data }) => data['dispatchId']));
  return {
    late: late.length,
    afterItsAuthorisation: sink.arrivals.filter(({ dispatchId, at }) => performance.timeOrigin + at > (until.get(dispatchId) ?? 0) + CLOCKS_MS).map(({ dispatchId }) => dispatchId),
    notRecorded: late.filter(({ dispatchId }) => !recorded.has(dispatchId)).map(({ dispatchId }) => dispatchId),
  };
}

/** For the line at the end. */
export function countsOf({ sink: { arrivals }, leavers: { acknowledged } }: Workers, broken: Awaited<ReturnType<typeof brokenPromises>>, overlapping: number, unknown: number): Record<string, number> {
  const of = (...promises: string[]) => promises.reduce((sum, promise) => sum + broken[promise]!.length, 0);
  return {
    messages: arrivals.length, 'opt-outs': acknowledged.size, unknown, overlaps: overlapping, twice: of('deliveredTwice', 'writtenToTwice'),
    lost: of('saidAndNotDelivered', 'withoutFinalState', 'membersWithoutDispatch', 'lostOptOuts', 'acknowledgedWithoutEvent'),
  };
}

export function totalOf(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [what, count] of counts.flatMap((one) => Object.entries(one))) total[what] = (total[what] ?? 0) + count;
  return total;
}

/** From the write of a final dot to its reading here, on a busy machine. */
const CLOCKS_MS = 500;
