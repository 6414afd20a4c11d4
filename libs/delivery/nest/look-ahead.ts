import type { CampaignReader } from '#contracts/api/campaign-reader';
import type { DispatchGate, Look } from '#contracts/api/dispatch-gate';
import type { Clock } from '#engine/clock/clock.port';
import type { DispatchDesk } from './dispatch-desk.js';
import type { SendingConnection } from './message-sender.js';
import type { Job } from './sending-campaign.js';
import type { Turns } from './turns.js';

/** How long a connection keeps what it has prepared, milliseconds. One whose messages take longer prepares nothing. */
export const KEPT_MS = 250;

export interface Ahead {
  readonly job: Job;
  /** Undefined if there was no time for one. */
  readonly look: Look | undefined;
}

export interface LookAheadParts {
  readonly desk: DispatchDesk;
  readonly gate: Pick<DispatchGate, 'look'>;
  readonly reader: Pick<CampaignReader, 'dispatchContext'>;
  readonly turns: Turns;
  readonly clock: Clock;
  /** The job was not tried. */
  readonly giveBack: (job: Job) => void;
}

/**
 * What a connection does for its next message while one is on the way: the contact is read and the message composed. Nothing is
 * decided and nothing leaves; the gate decides when the connection is free, on this look or, where anything has moved, on a new one.
 */
export class LookAhead {
  private pending: Promise<Look | undefined> | undefined;
  private job: Job | undefined;
  private looking = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly connection: SendingConnection, private readonly parts: LookAheadParts) {}

  begin(): void {
    if (this.job !== undefined) return;
    const job = this.parts.desk.take();
    if (job === undefined) return;
    this.job = job;
    this.pending = this.look(job).catch(() => undefined);
    this.timer = setTimeout(() => this.drop(), KEPT_MS).unref();
  }

  /** The next job, if one was taken, and what is known of it; from now on it is the caller's and counts as started now. */
  async take(): Promise<Ahead | undefined> {
    const { job } = this;
    if (job === undefined) return undefined;
    const look = this.looking ? await this.pending : undefined;
    // The timer was faster.
    if (this.job !== job) return undefined;
    if (this.parts.desk.halted !== undefined) {
      this.drop();
      return undefined;
    }
    this.forget();
    const { window, list } = job.campaign;
    const startedAt = this.parts.clock.now().getTime();
    window.released(job.startedAt, job.domain);
    const free = window.free(startedAt, job.domain);
    if (look === undefined || !free) this.connection.forget?.();
    if (!free) {
      // Others have filled a day that began since.
      list.retry({ index: job.index, attempt: job.attempt, at: startedAt });
      return undefined;
    }
    window.started(startedAt, job.domain);
    return { job: { ...job, startedAt }, look };
  }

  /** Gives the job back to all connections. */
  drop(): void {
    const { job } = this;
    if (job === undefined) return;
    this.forget();
    this.connection.forget?.();
    this.parts.giveBack(job);
    this.parts.desk.ring();
  }

  private forget(): void {
    clearTimeout(this.timer);
    this.pending = undefined;
    this.job = undefined;
    this.looking = false;
  }

  private async look(job: Job): Promise<Look | undefined> {
    const { gate, reader, turns, clock } = this.parts;
    const { campaign, contactId, dispatchId, attempt } = job;
    await turns.next('later');
    if (this.job !== job) return undefined;
    this.looking = true;
    const look = await gate.look({ contactId, dispatchId, attempt, context: await reader.dispatchContext(campaign.id) });
    if (this.job !== job || look === undefined) return undefined;
    this.connection.prepare?.({ campaign: campaign.view, template: campaign.template, dispatchId, contact: look.contact, at: clock.now() });
    return look;
  }
}
