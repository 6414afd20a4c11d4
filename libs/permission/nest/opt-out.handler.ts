import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RecordOptOut, type OptOutReceipt } from '#contracts/api/opt-outs';
import { TOKENS } from '#contracts/api/tokens';
import type { Clock } from '#engine/clock/clock.port';
import { OptOutProtocol } from './opt-out.protocol.js';

/** Every channel ends here (OPT-02). Resolves only when the wish is durable. */
@CommandHandler(RecordOptOut)
export class OptOutHandler implements ICommandHandler<RecordOptOut, OptOutReceipt> {
  constructor(@Inject(OptOutProtocol) private readonly protocol: OptOutProtocol, @Inject(TOKENS.clock) private readonly clock: Clock) {}

  async execute({ request }: RecordOptOut): Promise<OptOutReceipt> {
    const now = this.clock.now();
    const receivedAt = request.receivedAt > now ? now : request.receivedAt;
    const { erasureDueAt } = await this.protocol.record({ ...request, receivedAt });
    return { receivedAt, erasureDueAt };
  }
}
