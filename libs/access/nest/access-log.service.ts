import { Inject, Injectable } from '@nestjs/common';
import type { AccessLog } from '#contracts/api/access-log';
import type { Tenancy } from '#contracts/api/tenancy';
import { TOKENS } from '#contracts/api/tokens';
import type { EventLog } from '#engine/event-log/event-log';
import type { Actor } from '#kernel/envelope';
import { accessStream, inChunks } from '../domain/access-day.js';

/** ACC-01: durable when it resolves; if it rejects, the caller shows nothing. Names streams, never a person. */
@Injectable()
export class AccessLogService implements AccessLog {
  constructor(
    @Inject(TOKENS.eventLog) private readonly log: EventLog,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
  ) {}

  async record(actor: Actor, purpose: string, fields: readonly string[], subjectRefs: readonly string[]): Promise<void> {
    const events = inChunks(subjectRefs).map((refs) => ({ type: 'AccessLogged', data: { purpose, fields: [...fields], subjectRefs: refs } }));
    if (events.length === 0) return;
    const meta = { tenantId: this.tenancy.tenantId, actor, policyVersion: this.tenancy.policyVersion() };
    await this.log.append({ streamId: accessStream(this.log.clock.now()), expected: 'any', events, meta });
  }
}
