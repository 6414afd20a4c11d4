import type { DispatchGate, DispatchOutcome, OutcomeRecord } from '#contracts/api/dispatch-gate';
import type { FaultPoints } from '#contracts/api/fault-points';
import type { Clock } from '#engine/clock/clock.port';
import type { DispatchDesk } from './dispatch-desk.js';
import { triedAgainAfter } from './send-outcome.js';
import type { Job } from './sending-campaign.js';

export interface Outcome { readonly outcome: DispatchOutcome; readonly noticeTextVersion?: string }

export interface LastOutcomeParts {
  readonly desk: Pick<DispatchDesk, 'ring'>;
  readonly gate: Pick<DispatchGate, 'record'>;
  readonly clock: Clock;
  readonly faults: FaultPoints;
  readonly failed: (error: unknown) => Promise<void>;
}

/** What became of a connection's last message, kept for its next append, or written alone when there is nothing else to do. */
export class LastOutcome {
  private kept: { readonly record: OutcomeRecord; readonly job: Job } | undefined;

  constructor(private readonly parts: LastOutcomeParts) {}

  /** Not durable yet: none or one. */
  get records(): readonly OutcomeRecord[] {
    return this.kept === undefined ? [] : [this.kept.record];
  }

  keep(job: Job, { outcome, noticeTextVersion }: Outcome): void {
    const { campaign, contactId, dispatchId, attempt, index } = job;
    this.kept = { job, record: { contactId, dispatchId, campaignId: campaign.id, attempt, outcome, ...(noticeTextVersion === undefined ? {} : { noticeTextVersion }) } };
    campaign.unrecorded += 1;
    const delay = triedAgainAfter(outcome, attempt);
    if (delay === undefined) settle(job, outcome.kind.replace('-', '_'));
    else campaign.list.retry({ index, attempt: attempt + 1, at: this.parts.clock.now().getTime() + delay });
  }

  /** It is durable now. */
  recorded(): void {
    if (this.kept === undefined) return;
    this.kept.job.campaign.unrecorded -= 1;
    this.kept = undefined;
    this.parts.faults.reach('after-outcome-append');
  }

  /** Makes it durable alone. True if nothing is left to write. */
  async flush(): Promise<boolean> {
    if (this.kept === undefined) return true;
    const { desk, gate, faults, failed } = this.parts;
    try {
      faults.reach('before-outcome-append');
      await gate.record(this.records);
      this.recorded();
      desk.ring();
      return false;
    } catch (error) {
      await failed(error);
      return true;
    }
  }
}

export function settle({ campaign }: Job, status: string): void {
  campaign.count(status);
  campaign.list.settle();
}
