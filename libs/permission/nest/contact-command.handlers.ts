import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RecordHardBounce, ResolveUnknownOutcome, RestrictPerson, StartContactErasure } from '#contracts/api/contact-commands';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import type { EventMeta } from '#engine/event-log/event-codec';
import type { Actor } from '#kernel/envelope';
import { ContactStreams } from './contact-streams.js';

const SYSTEM: Actor = { kind: 'system', id: 'permission' };

const metaOf = (tenancy: Tenancy, actor: Actor): EventMeta => ({ tenantId: tenancy.tenantId, actor, policyVersion: tenancy.policyVersion() });

@CommandHandler(RestrictPerson)
export class RestrictPersonHandler implements ICommandHandler<RestrictPerson> {
  constructor(
    @Inject(ContactStreams) private readonly contacts: ContactStreams,
    @Inject(TOKENS.registry) private readonly registry: ContactRegistry,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
  ) {}

  async execute({ prospectId, change, ground, actor }: RestrictPerson): Promise<void> {
    const type = change === 'set' ? 'SetRestriction' : 'LiftRestriction';
    for (const { contactId } of await this.registry.rowsOfProspect(prospectId)) {
      await this.contacts.execute({ type, contactId, ground }, metaOf(this.tenancy, actor));
    }
  }
}

@CommandHandler(StartContactErasure)
export class StartContactErasureHandler implements ICommandHandler<StartContactErasure> {
  constructor(@Inject(ContactStreams) private readonly contacts: ContactStreams, @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy) {}

  async execute({ contactId, caseId }: StartContactErasure): Promise<void> {
    await this.contacts.execute({ type: 'StartErasure', contactId, caseId }, metaOf(this.tenancy, SYSTEM), { wakeAt: null });
  }
}

@CommandHandler(ResolveUnknownOutcome)
export class ResolveUnknownOutcomeHandler implements ICommandHandler<ResolveUnknownOutcome> {
  constructor(@Inject(ContactStreams) private readonly contacts: ContactStreams, @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy) {}

  async execute({ request, actor }: ResolveUnknownOutcome): Promise<void> {
    await this.contacts.execute({ type: 'ResolveUnknown', ...request }, metaOf(this.tenancy, actor));
  }
}

@CommandHandler(RecordHardBounce)
export class RecordHardBounceHandler implements ICommandHandler<RecordHardBounce> {
  constructor(@Inject(ContactStreams) private readonly contacts: ContactStreams, @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy) {}

  async execute({ contactId, dispatchId, enhanced }: RecordHardBounce): Promise<void> {
    await this.contacts.execute({ type: 'RecordHardBounce', contactId, dispatchId, enhanced }, metaOf(this.tenancy, SYSTEM));
  }
}

export const contactCommandHandlers = [RestrictPersonHandler, StartContactErasureHandler, ResolveUnknownOutcomeHandler, RecordHardBounceHandler];
