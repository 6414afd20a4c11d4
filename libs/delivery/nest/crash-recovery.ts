import { Inject, Injectable } from '@nestjs/common';
import type { DispatchGate, OutcomeRecord } from '#contracts/api/dispatch-gate';
import { TOKENS } from '#contracts/api/tokens';
import { COLLECTIONS, type DispatchDoc } from '#contracts/read-models';
import type { ReadModelStore } from '#engine/read-models/read-model.port';

/**
 * Settles what an ended process left open: nobody knows whether an authorised message without an outcome was sent, so it is recorded as
 * unknown and never sent again by itself (SND-10). Call when the read models have caught up and before anything is authorised.
 */
@Injectable()
export class CrashRecovery {
  constructor(@Inject(TOKENS.readModels) private readonly models: ReadModelStore, @Inject(TOKENS.dispatchGate) private readonly gate: DispatchGate) {}

  /** Returns how many outcomes were open. */
  async run(): Promise<number> {
    const open: DispatchDoc[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.models.find<DispatchDoc>(COLLECTIONS.dispatches, { where: { status: 'authorised' }, limit: 500, ...(cursor === undefined ? {} : { cursor }) });
      open.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined);
    await this.gate.record(open.map(({ contactId, dispatchId, campaignId, attempt }): OutcomeRecord => ({
      contactId, dispatchId, campaignId, attempt, outcome: { kind: 'unknown', phase: 'process', reason: 'process-died' },
    })));
    return open.length;
  }
}
