import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Optional, type OnApplicationShutdown } from '@nestjs/common';
import type { CampaignReader } from '#contracts/api/campaign-reader';
import type { CampaignRunner, RunnerStatus } from '#contracts/api/campaign-runner';
import type { CatchUp } from '#contracts/api/catch-up';
import type { DispatchGate } from '#contracts/api/dispatch-gate';
import type { FaultPoints } from '#contracts/api/fault-points';
import type { Installation } from '#contracts/api/installation';
import { TOKENS } from '#contracts/api/tokens';
import type { Clock } from '#engine/clock/clock.port';
import type { MailTransport } from '#engine/mail-transport/mail-transport.port';
import type { KeyProvider } from '#engine/secrets/key-provider.port';
import type { Leases } from '#engine/leases/leases.port';
import type { WakeUps } from '#engine/wake-ups/wake-ups.port';
import { OutrightError } from '#kernel/errors';
import { dispatchIdFor } from '#kernel/tokens/dispatch-id';
import { CampaignDuties } from './campaign-duties.js';
import { CampaignLoader } from './campaign-loader.js';
import { ConnectionLane } from './connection-lane.js';
import { CrashRecovery } from './crash-recovery.js';
import { DispatchDesk } from './dispatch-desk.js';
import { InFlight } from './in-flight.service.js';
import { MESSAGE_SENDER, type MessageSender } from './message-sender.js';
import type { SendingCampaign } from './sending-campaign.js';
import { ServerCircuit } from './server-circuit.js';

const TOPIC = 'delivery-pace';
/** Rings any one of the processes that send; its id is the campaign's. */
const ATTEND = 'campaign-sending';
/** Longer than another process may go on with the state of a campaign that it has read (see the campaign reader), milliseconds. */
const HEARD_MS = 250;
/** How long a stop waits for the answers of the mail server. */
const STOP_MS = 5_000;
const NO_FAULTS: FaultPoints = { reach: () => undefined };

/** Sends the open campaigns over a fixed number of connections. All it knows is derived from the log; a restart loses nothing. */
@Injectable()
export class DispatchRunner implements CampaignRunner, OnApplicationShutdown {
  private readonly desk: DispatchDesk;
  private readonly circuit: ServerCircuit;
  private readonly duties: CampaignDuties;
  private lanes: { lane: ConnectionLane; ended: Promise<void> }[] = [];
  private dispatchKey: Buffer | undefined;
  private started = false;
  private refreshing: Promise<void> = Promise.resolve();

  constructor(
    @Inject(TOKENS.campaignReader) private readonly reader: CampaignReader,
    @Inject(TOKENS.dispatchGate) private readonly gate: DispatchGate,
    @Inject(MESSAGE_SENDER) private readonly sender: MessageSender,
    @Inject(TOKENS.mailTransport) private readonly transport: MailTransport,
    @Inject(TOKENS.clock) private readonly clock: Clock,
    @Inject(TOKENS.wakeUps) private readonly wakeUps: WakeUps,
    @Inject(TOKENS.catchUp) private readonly catchUp: CatchUp,
    @Inject(TOKENS.leases) private readonly leases: Leases,
    @Inject(TOKENS.keyProvider) private readonly keys: KeyProvider,
    @Inject(TOKENS.installation) private readonly installation: Pick<Installation, 'connections'>,
    @Inject(InFlight) private readonly inFlight: InFlight,
    @Inject(CampaignLoader) private readonly loader: CampaignLoader,
    @Inject(CrashRecovery) private readonly recovery: CrashRecovery,
    @Optional() @Inject(TOKENS.faultPoints) private readonly faults: FaultPoints = NO_FAULTS,
  ) {
    this.circuit = new ServerCircuit(transport, () => this.desk.ring());
    this.desk = new DispatchDesk(clock, {
      waitUntil: (at) => void this.wakeUps.schedule(TOPIC, 'next', new Date(at)),
      learnDomains: (campaign, from, to) => this.loader.learnDomains(campaign, from, to).catch((error: unknown) => this.failed(error)),
      finished: (campaign) => void this.finish(campaign),
      mine: (campaignId) => this.duties.holds(campaignId),
      dispatchId: (campaignId, contactId) => dispatchIdFor(this.dispatchKey as Buffer, campaignId, contactId),
    });
    this.duties = new CampaignDuties({ desk: this.desk, reader, leases, loader, recovery, catchUp, clock });
  }

  /** Where it rejects it may be called again. */
  async start(): Promise<void> {
    if (this.started) return;
    await this.loadKey();
    await this.catchUp.readModels();
    if (!this.leases.shared && (await this.recovery.run()) > 0) await this.catchUp.readModels();
    this.started = true;
    this.wakeUps.handle(TOPIC, async () => this.desk.ring());
    this.wakeUps.handle(ATTEND, (campaignId) => this.refresh(campaignId));
    await this.attendAll().catch((error: unknown) => {
      // The next look tries it again.
      if (!this.leases.shared || !(error instanceof OutrightError) || !error.retriable) throw error;
    });
    for (let i = 0; i < this.installation.connections; i++) this.addLane();
  }

  async stop(): Promise<void> {
    this.duties.stop();
    for (const { lane } of this.lanes) lane.stop();
    this.circuit.stop();
    this.desk.ring();
    const impatient = setTimeout(() => this.lanes.forEach(({ lane }) => lane.abort()), STOP_MS);
    await Promise.all(this.lanes.map(({ ended }) => ended));
    clearTimeout(impatient);
    this.lanes = [];
    await this.duties.letAllGo();
    await this.sender.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  async refresh(campaignId: string): Promise<void> {
    if (this.started) await this.attend(campaignId);
    if (!this.leases.shared || this.desk.campaigns.has(campaignId)) return;
    if (!this.started) await this.wakeUps.schedule(ATTEND, campaignId, this.clock.now()).catch(() => undefined);
    // Whoever sends it has by then looked again, or will before his next message.
    await delay(HEARD_MS);
  }

  async look(): Promise<void> {
    if (!this.started || !this.leases.shared) return;
    await this.attendAll();
    await this.duties.tell((campaignId) => this.statusHere(campaignId));
  }

  async status(campaignId: string): Promise<RunnerStatus | undefined> {
    const here = this.statusHere(campaignId);
    return here !== undefined || !this.leases.shared ? here : this.duties.told(campaignId);
  }

  fault(): string | undefined {
    return this.desk.halted;
  }

  senderFailure(): string | undefined {
    return this.sender.failure();
  }

  async dispatchId(campaignId: string, contactId: string): Promise<string> {
    return dispatchIdFor(await this.loadKey(), campaignId, contactId);
  }

  private statusHere(campaignId: string): RunnerStatus | undefined {
    const status = this.desk.status(campaignId);
    return status !== undefined && this.circuit.open ? { ...status, waitingFor: 'smtp-unreachable', until: undefined } : status;
  }

  private async attendAll(): Promise<void> {
    for (const campaignId of await this.duties.all()) await this.attend(campaignId);
  }

  private attend(campaignId: string): Promise<void> {
    const mine = this.refreshing.then(() => this.duties.attend(campaignId));
    this.refreshing = mine.catch(() => undefined);
    return mine;
  }

  /** Nothing more is taken until a person resumes; what a retry may heal is only put off. */
  private async failed(error: unknown): Promise<void> {
    if (error instanceof OutrightError && error.retriable) {
      // The member comes again by itself, after a moment.
      await this.wakeUps.schedule(TOPIC, 'again', new Date(this.clock.now().getTime() + 1_000));
      return;
    }
    this.desk.halted = error instanceof OutrightError ? error.code : 'internal-fault';
    const campaigns = [...this.desk.campaigns.values()].filter(({ view }) => view.state === 'running');
    for (const campaign of campaigns) await this.reader.pause(campaign.id, this.desk.halted).catch(() => undefined);
    for (const campaign of campaigns) campaign.view = { ...campaign.view, state: 'paused' };
  }

  private async finish(campaign: SendingCampaign): Promise<void> {
    this.faults.reach('before-campaign-finish');
    try {
      await this.reader.finish(campaign.id, campaign.counts);
      await this.duties.letGo(campaign);
    } catch (error) {
      campaign.finishing = false;
      await this.failed(error);
    }
  }

  private addLane(): void {
    const { desk, gate, reader, inFlight, circuit, clock, faults } = this;
    const lane = new ConnectionLane(this.sender.connection(), { desk, gate, reader, inFlight, circuit, clock, faults, mine: (campaignId) => this.duties.holds(campaignId), failed: (error) => this.failed(error) });
    this.lanes.push({ lane, ended: lane.run() });
  }

  /** The oldest key stays in use: another one would give a contact a second id in one campaign (SND-10). */
  private async loadKey(): Promise<Buffer> {
    if (this.dispatchKey === undefined) {
      const { key, older } = await this.keys.secret('dispatch-id');
      const first = [...older.keys()].sort((a, b) => a - b)[0];
      this.dispatchKey = (first === undefined ? undefined : older.get(first)) ?? key;
    }
    return this.dispatchKey;
  }
}
