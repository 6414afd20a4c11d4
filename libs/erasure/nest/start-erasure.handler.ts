import { randomBytes } from 'node:crypto';
import { Inject } from '@nestjs/common';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { StartContactErasure } from '#contracts/api/contact-commands';
import { StartErasure } from '#contracts/api/erasures';
import { TOKENS } from '#contracts/api/tokens';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import { ConcurrencyConflict, NotFound } from '#kernel/errors';
import { randomId } from '#kernel/ids';
import { personLifetime } from '../domain/expiry.js';
import { ErasureCases } from './erasure-cases.js';

const ATTEMPTS = 12;

/**
 * Opens the one case of a person. The prospect stream names it, so a second start finds the first; a crash in between leaves the
 * prospect on the clock sweep, which starts again. The steps themselves are driven by the `erasure-steps` process manager.
 */
@CommandHandler(StartErasure)
export class StartErasureHandler implements ICommandHandler<StartErasure> {
  constructor(
    @Inject(ErasureCases) private readonly cases: ErasureCases,
    @Inject(TOKENS.registry) private readonly registry: ContactRegistry,
    @Inject(CommandBus) private readonly commands: Pick<CommandBus, 'execute'>,
  ) {}

  /** @throws NotFound `prospect-unknown` */
  async execute({ request }: StartErasure): Promise<void> {
    const { prospectId, trigger, receivedAt, dueAt } = request;
    const { caseId, contacts } = await this.begin(request);
    if ((await this.cases.load(caseId)).state.completedAt !== undefined) return;
    const rows = await this.registry.close(prospectId);
    const contactIds = [...new Set([...contacts, ...rows.map((row) => row.contactId)])];
    await this.cases.execute({ type: 'Request', caseId, prospectId, contactIds, trigger, receivedAt: receivedAt.toISOString(), dueAt: dueAt.toISOString() });
    for (const contactId of contactIds) await this.commands.execute(new StartContactErasure(contactId, caseId));
  }

  private async begin({ prospectId, trigger, receivedAt }: StartErasure['request']): Promise<{ caseId: string; contacts: readonly string[] }> {
    const { log } = this.cases;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const events = await log.load(prospectId);
      const { contacts, erasure } = personLifetime(events);
      if (erasure !== undefined) return { caseId: erasure.caseId, contacts };
      if (events.length === 0) {
        throw new NotFound('There is no such person to erase.', { code: 'prospect-unknown', rule: 'ERA-01', fix: 'Check the id of the prospect.' });
      }
      const caseId = randomId(randomBytes, 'case');
      const result = await log.append({
        streamId: prospectId, expected: events.at(-1)!.streamVersion, meta: this.cases.meta(receivedAt), wakeAt: log.clock.now(),
        events: [{ type: 'ErasureStarted', data: { prospectId, caseId, trigger } }],
      });
      if (result.status === 'appended') return { caseId, contacts };
    }
    throw new ConcurrencyConflict(prospectId, 'the newest', ATTEMPTS);
  }
}
