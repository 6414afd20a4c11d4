import type { LoadedConfig } from '#tenancy/nest/config-file';
import type { RecordedEvent } from '#kernel/recorded-event';
import type { AppClient } from '#test/support/app-client';
import { testInstallation } from '#test/support/installation';
import { tempFolder } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { AppProcess } from './app-process.js';
import { Leavers, type Habits } from './leavers.js';
import { readLog } from './log-reader.js';
import { MailSink } from './mail-sink.js';
import { allOf, expectStatus, importList, launch, listOf, makeReady, people } from './prospects.js';

export interface Dispatch {
  readonly dispatchId: string;
  readonly contactId: string;
  readonly status: string;
  readonly attempt: number;
  readonly temporary?: boolean;
  readonly phase?: string;
  readonly reason?: string;
}

export interface UnderFire {
  readonly people: number;
  readonly connections: number;
  readonly habits: Habits;
  readonly random: () => number;
  /** Longest wait of the mail server before the answer to a final dot, milliseconds. */
  readonly patience: number;
}

const NAME = 'scanners';

/** A campaign of a real app process to a real mail server, whose process may die at any time and is started again. */
export class CampaignUnderFire {
  readonly sink: MailSink;
  readonly leavers: Leavers;
  readonly everyone: readonly string[];
  /** Why outcomes are unknown that came to light when the app was back, and how often it had died before. */
  readonly recoveries: { readonly unknown: readonly string[]; readonly crashes: number }[] = [];
  /** What verifications after a crash found. */
  readonly damaged: unknown[] = [];
  private crashes = 0;
  private readonly known = new Set<string>();

  private constructor(readonly config: LoadedConfig, sink: MailSink, public app: AppProcess, readonly options: UnderFire) {
    this.sink = sink;
    this.everyone = people(options.people);
    sink.patience = () => options.random() * options.patience;
    this.leavers = new Leavers(() => this.app, sink, this.everyone, options.habits, options.random);
  }

  /** The campaign is launched and sends when this resolves. */
  static async begin(options: UnderFire): Promise<CampaignUnderFire> {
    const sink = await MailSink.open();
    const config = await testInstallation({ folder: tempFolder('faults'), smtpPort: sink.port, connections: options.connections });
    const fire = new CampaignUnderFire(config, sink, await AppProcess.start(config), options);
    try {
      const { local } = await fire.app.ready();
      await makeReady(local);
      await importList(local, 'list', listOf(fire.everyone));
      await launch(local, NAME, 'list');
      return fire;
    } catch (error) {
      await fire.end();
      throw error;
    }
  }

  /** Resolves after so many more messages, or when the app is dead or the campaign over; true if the messages came. */
  async afterArrivals(count: number): Promise<boolean> {
    const until = this.sink.arrivals.length + count;
    let looked = performance.now();
    await waitFor(`${count} more messages`, async () => {
      if (this.sink.arrivals.length >= until || this.app.ended) return true;
      if (performance.now() - looked < 500) return false;
      looked = performance.now();
      return (await this.state().catch(() => undefined)) === 'finished';
    }, 60_000);
    return this.sink.arrivals.length >= until;
  }

  /** Waits until the process is gone, and until the mail server has read all it wrote. */
  async dead(): Promise<void> {
    await this.app.exited;
    this.crashes += 1;
    await Promise.all([this.sink.drained(), this.leavers.settled()]);
  }

  async restart(dieAt?: string): Promise<void> {
    this.app = await AppProcess.start(this.config, dieAt);
  }

  /**
   * The app is back: it lists what it cannot know, its log verifies, and wishes that got no answer are told again. The campaign pauses
   * meanwhile, so that it is not over before it was killed often enough.
   */
  async recovered(): Promise<void> {
    await this.app.ready();
    if ((await this.state()) !== 'finished') await this.post('pause');
    const unknown = await this.unknown();
    this.recoveries.push({ unknown: unknown.filter(({ dispatchId }) => !this.known.has(dispatchId)).map(({ phase, reason }) => `${phase} ${reason}`), crashes: this.crashes });
    for (const { dispatchId } of unknown) this.known.add(dispatchId);
    this.crashes = 0;
    this.damaged.push(...(await this.verify()).findings);
    await this.leavers.again();
    await this.post('resume');
  }

  get local(): AppClient {
    return this.app.local;
  }

  async endAndRead(): Promise<RecordedEvent[]> {
    await this.app.stop();
    return readLog(this.config);
  }

  unknown(): Promise<Dispatch[]> {
    return allOf<Dispatch>(this.app.local, '/v1/dispatches?status=unknown');
  }

  dispatches(): Promise<Dispatch[]> {
    return allOf<Dispatch>(this.app.local, `/v1/dispatches?campaign=${NAME}`);
  }

  async state(): Promise<string> {
    return expectStatus(200, await this.app.local.get(`/v1/campaigns/${NAME}`)).body.state as string;
  }

  post(action: 'pause' | 'resume'): Promise<unknown> {
    return this.app.local.post(`/v1/campaigns/${NAME}/${action}`, { json: {} }).catch(() => undefined);
  }

  verify(): Promise<Verified> {
    return verified(this.app.local);
  }

  /** Lets the campaign end and everybody's wish be answered. */
  async finish(): Promise<void> {
    await waitFor('the end of the campaign', async () => (await this.state()) === 'finished', 90_000);
    await this.leavers.again();
  }

  async end(): Promise<void> {
    if (!this.app.ended) await this.app.kill();
    await this.sink.close();
  }
}

export interface Verified { readonly ok: boolean; readonly findings: unknown[] }

/** The log as the product itself verifies it. */
export async function verified(local: AppClient): Promise<Verified> {
  const answer = await local.post('/v1/audit/verify', { json: {} });
  if (answer.status !== 202) return expectStatus(200, answer).body;
  let job = answer.body;
  await waitFor('the verification', async () => (job = (await local.get(answer.body.job)).body).state !== 'running', 60_000);
  return job.result;
}
