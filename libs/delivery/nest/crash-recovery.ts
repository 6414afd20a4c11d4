import { Inject, Injectable } from '@nestjs/common';
import type { DispatchGate, OutcomeRecord } from '#contracts/api/dispatch-gate';
import { TOKENS } from '#contracts/api/tokens';
import { COLLECTIONS, type DispatchDoc } from '#contracts/read-models';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import { toMs } from '#kernel/time/instant';

/** CL-23's ten seconds, a stop for the server's last answer, and what two machines' clocks may differ. */
const USABLE_MS = 20_000;

/**
 * Settles what an ended process left open: nobody knows whether an authorised message without an outcome was sent, so it is recorded as
 * unknown and never sent again by itself (SND-10). Call when the read models have caught up and before anything is authorised.
 */
@Injectable()
export class CrashRecovery {
  constructor(@Inject(TOKENS.readModels) private readonly models: ReadModelStore, @Inject(TOKENS.dispatchGate) private readonly gate: DispatchGate) {}

  /** Returns how many outcomes were open. */
  async run(): Promise<number> {
    const open = await this.open({});
    await this.settle(open);
    return open.length;
  }

  /**
   * Of one campaign that another process sent before: that process may still be alive, and what it was allowed to send is not settled
   * while it may do so. False while there is such a message.
   */
  async takeOver(campaignId: string, now: Date): Promise<boolean> {
    const open = await this.open({ campaignId });
    const usable = ({ authorisedAt }: DispatchDoc): boolean => authorisedAt !== undefined && now.getTime() - toMs(authorisedAt) < USABLE_MS;
    if (open.some(usable)) return false;
    await this.settle(open);
    return true;
  }

  private async open(where: Readonly<Record<string, string>>): Promise<DispatchDoc[]> {
    const open: DispatchDoc[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.models.find<DispatchDoc>(COLLECTIONS.dispatches, { where: { ...where, status: 'authorised' }, limit: 500, ...(cursor === undefined ? {} : { cursor }) });
      open.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined);
    return open;
  }

  private async settle(open: readonly DispatchDoc[]): Promise<void> {
    await this.gate.record(open.map(({ contactId, dispatchId, campaignId, attempt }): OutcomeRecord => ({
      contactId, dispatchId, campaignId, attempt, outcome: { kind: 'unknown', phase: 'process', reason: 'process-died' },
    })));
  }
}
