import type { CampaignReader } from '#contracts/api/campaign-reader';
import type { DispatchGate, DispatchOutcome, GateAnswer, Look } from '#contracts/api/dispatch-gate';
import type { FaultPoints } from '#contracts/api/fault-points';
import type { Clock } from '#engine/clock/clock.port';
import { OutrightError } from '#kernel/errors';
import { retryDelay } from '../domain/retry-delay.js';
import type { DispatchDesk } from './dispatch-desk.js';
import type { InFlight, InFlightMessage } from './in-flight.service.js';
import { KEPT_MS, LookAhead } from './look-ahead.js';
import type { SendingConnection } from './message-sender.js';
import { isUnasked } from './next-attempt.js';
import { LastOutcome, settle, type Outcome } from './last-outcome.js';
import { isServerFault, outcomeOf } from './send-outcome.js';
import type { Job } from './sending-campaign.js';
import type { ServerCircuit } from './server-circuit.js';

/** CL-23: how long an authorisation may be used, on the monotonic clock. */
const VALID_MS = 10_000;
const AGAIN_MS = 1_000;

export interface LaneParts {
  readonly desk: DispatchDesk;
  readonly gate: DispatchGate;
  readonly reader: CampaignReader;
  readonly inFlight: InFlight;
  readonly circuit: ServerCircuit;
  readonly clock: Clock;
  readonly faults: FaultPoints;
  /** Still of this process. */
  readonly mine: (campaignId: string) => boolean;
  /** What had to be asked could not be: nothing more leaves (SUP-04). */
  readonly failed: (error: unknown) => Promise<void>;
}

type Authorised = Extract<GateAnswer, { kind: 'authorised' }>;

/** One connection and its loop: take, ask the gate, send, keep the outcome for the next append. Never more than one message is open. */
export class ConnectionLane {
  private readonly last: LastOutcome;
  private stopping = false;
  private readonly ahead: LookAhead;
  private lastMillis = 0;

  constructor(private readonly connection: SendingConnection, private readonly parts: LaneParts) {
    const { desk, gate, reader, clock, inFlight: { turns } } = parts;
    this.last = new LastOutcome(parts);
    this.ahead = new LookAhead(connection, { desk, gate, reader, turns, clock, giveBack: (job) => this.giveBack(job, 0) });
  }

  async run(): Promise<void> {
    const { desk, circuit } = this.parts;
    while (!this.stopping) {
      const ring = desk.nextRing();
      if (circuit.open) this.ahead.drop();
      const ahead = await this.ahead.take();
      const job = ahead?.job ?? (circuit.open ? undefined : desk.take());
      if (job !== undefined) await this.work(job, ahead?.look);
      else if (await this.last.flush()) await ring;
    }
    this.ahead.drop();
    await this.last.flush();
    await this.connection.close();
  }

  /** The loop ends after the message in hand; ring the desk to wake it. */
  stop(): void {
    this.stopping = true;
  }

  /** Does not wait for the server any longer: an open message ends as unknown or as not sent. */
  abort(): void {
    void this.connection.destroy();
  }

  private async work(job: Job, look: Look | undefined): Promise<void> {
    const { gate, reader, inFlight, desk, clock, faults } = this.parts;
    // A job prepared before a pause: whoever pauses waits for decisions that have begun, so none may begin now.
    if (job.campaign.view.state !== 'running' || !this.parts.mine(job.campaign.id)) return this.giveBack(job, 0);
    job.campaign.decisionBegins();
    const message = inFlight.open(job.contactId, job.dispatchId, this.connection);
    let decided = false;
    try {
      await inFlight.turns.next();
      const context = await reader.dispatchContext(job.campaign.id);
      if (context.campaign.state !== 'running') {
        job.campaign.view = { ...job.campaign.view, state: context.campaign.state === 'test' ? 'paused' : context.campaign.state };
        return this.giveBack(job, 0);
      }
      faults.reach('before-authorise-append');
      const deadline = clock.monotonic() + VALID_MS;
      const { contactId, dispatchId, attempt } = job;
      const answer = await gate.authorise({ contactId, dispatchId, attempt, context }, this.last.records,
        (ref, version, verdicts) => reader.internVerdicts(job.campaign.id, ref, version, verdicts), look);
      this.last.recorded();
      job.campaign.decisionEnds();
      decided = true;
      if (answer.kind !== 'authorised') return await this.notAuthorised(job, answer);
      faults.reach('after-authorise-append');
      const sent = this.send(job, answer, message, deadline);
      if (!this.stopping && this.lastMillis < KEPT_MS) this.ahead.begin();
      this.last.keep(job, await sent);
    } catch (error) {
      await this.parts.failed(error);
      if (!decided) this.giveBack(job, AGAIN_MS);
    } finally {
      if (!decided) job.campaign.decisionEnds();
      inFlight.close(message);
      if (this.last.records.length === 0) desk.ring();
    }
  }

  private async send({ campaign, dispatchId }: Job, { contact, asSeen }: Authorised, message: InFlightMessage, deadline: number): Promise<Outcome> {
    const { clock, circuit } = this.parts;
    const began = clock.monotonic();
    const sent = await this.connection.send({ campaign: campaign.view, template: campaign.template, dispatchId, contact, at: clock.now(), deadline }, asSeen);
    this.lastMillis = clock.monotonic() - began;
    switch (sent.kind) {
      case 'not-made': return { outcome: await this.notComposed(sent.code) };
      case 'not-taken':
        await this.parts.failed(new OutrightError('The sending thread does not work.', { code: sent.code, status: 503, exit: 1, fix: 'See the log for the cause, mend it, and resume the campaign.' }));
        return { outcome: { kind: 'failed', phase: 'connect', reason: 'connection', temporary: true } };
      case 'broke': return { outcome: message.committed ? { kind: 'unknown', phase: 'final-dot', reason: sent.code } : { kind: 'failed', phase: 'mail', reason: sent.code, temporary: false } };
      case 'sent': {
        if (isServerFault(sent.outcome)) circuit.failed();
        else circuit.succeeded();
        return { outcome: outcomeOf(sent.outcome, sent.contentHmac, message.stoppedFor), noticeTextVersion: sent.noticeTextVersion };
      }
    }
  }

  /** The message could not be made; nothing of it left. */
  private async notComposed(code: string): Promise<DispatchOutcome> {
    if (code === 'recipient-erased') return { kind: 'cancelled', reason: 'erased' };
    if (code === 'missing-data-key') await this.parts.failed(new OutrightError('A data key is missing.', { code, rule: 'ERA-10' }));
    return { kind: 'failed', phase: 'render', reason: code, temporary: false };
  }

  private async notAuthorised(job: Job, answer: Exclude<GateAnswer, Authorised>): Promise<void> {
    const { campaign, startedAt, domain, index, attempt } = job;
    this.connection.forget?.();
    campaign.window.released(startedAt, domain);
    if (answer.kind === 'refused' && isUnasked(answer.reasons)) {
      await this.parts.failed(new OutrightError('The suppression store does not answer.', { code: 'suppression-unknown', rule: 'SUP-04' }));
      const delay = retryDelay(attempt, 'fault');
      if (delay !== undefined) return campaign.list.retry({ index, attempt: attempt + 1, at: this.parts.clock.now().getTime() + delay });
    }
    const open = answer.kind === 'settled' && answer.status === 'authorised';
    if (open) this.last.keep(job, { outcome: { kind: 'unknown', phase: 'authorise', reason: 'answer-lost' } });
    else settle(job, answer.kind === 'refused' ? 'refused' : answer.status);
  }

  /** Not tried: the same attempt comes again. */
  private giveBack({ campaign, startedAt, domain, index, attempt }: Job, after: number): void {
    this.connection.forget?.();
    campaign.window.released(startedAt, domain);
    campaign.list.retry({ index, attempt, at: this.parts.clock.now().getTime() + after });
  }
}
