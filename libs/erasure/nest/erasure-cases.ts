import { Inject, Injectable } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import { Aggregate, type Loaded } from '#engine/event-log/aggregate';
import type { EventMeta } from '#engine/event-log/event-codec';
import { EventLog } from '#engine/event-log/event-log';
import { NotFound } from '#kernel/errors';
import type { RecordedEvent } from '#kernel/recorded-event';
import { erasureCaseDecider, type ErasureCaseCommand } from '../domain/erasure-case.decider.js';
import type { ErasureCaseEvent, ErasureCaseState, ErasureRequest } from '../domain/erasure-case.state.js';

export interface OpenCase {
  readonly state: ErasureCaseState;
  readonly request: ErasureRequest;
}

/** Case streams: loaded, decided, appended. */
@Injectable()
export class ErasureCases {
  private readonly aggregate: Aggregate<ErasureCaseState, ErasureCaseCommand, ErasureCaseEvent>;

  constructor(@Inject(TOKENS.eventLog) readonly log: EventLog, @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy) {
    this.aggregate = new Aggregate(log, erasureCaseDecider);
  }

  load(caseId: string): Promise<Loaded<ErasureCaseState>> {
    return this.aggregate.load(caseId);
  }

  /** @throws NotFound `erasure-unknown` */
  async require(caseId: string): Promise<OpenCase> {
    const { state } = await this.load(caseId);
    if (state.request === undefined) throw unknownCase();
    return { state, request: state.request };
  }

  /** @throws NotFound `erasure-unknown` */
  async events(caseId: string): Promise<RecordedEvent[]> {
    const events = await this.log.load(caseId);
    if (!events.some(({ type }) => type === 'ErasureRequested')) throw unknownCase();
    return events;
  }

  async execute(command: ErasureCaseCommand): Promise<void> {
    // Secured addresses are sealed under the key of the case itself. An open case is on the clock sweep from its first commit to its last.
    const wakeAt = command.type === 'Complete' ? null : this.log.clock.now();
    await this.aggregate.execute(command.caseId, command, { meta: this.meta(), subjectId: command.caseId, wakeAt });
  }

  /** Sets the stream's next look only if nothing was recorded since: a newer fact may have asked for another. */
  async wake(streamId: string, version: number, wakeAt: Date | null): Promise<void> {
    await this.log.append({ streamId, expected: version, events: [], meta: this.meta(), wakeAt });
  }

  meta(occurredAt?: Date): EventMeta {
    return {
      tenantId: this.tenancy.tenantId, actor: { kind: 'system', id: 'erasure' }, policyVersion: this.tenancy.policyVersion(),
      ...(occurredAt === undefined ? {} : { occurredAt }),
    };
  }
}

function unknownCase(): NotFound {
  return new NotFound('There is no erasure case with this number.', { code: 'erasure-unknown', fix: 'Take the number from the list of erasures.' });
}
