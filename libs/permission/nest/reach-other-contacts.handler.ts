import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ReachOtherContacts } from '#contracts/api/contact-commands';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import type { Actor } from '#kernel/envelope';
import { time } from '../domain/contact.state.js';
import { ContactStreams } from './contact-streams.js';
import { OptOutProtocol } from './opt-out.protocol.js';

const ACTOR: Actor = { kind: 'system', id: 'other-contacts' };

/**
 * Carries an opt-out, objection or restriction of one contact to all contacts of the person (OPT-04). Where the engine reached them at
 * once, there is nothing left but to say so.
 */
@CommandHandler(ReachOtherContacts)
export class ReachOtherContactsHandler implements ICommandHandler<ReachOtherContacts> {
  constructor(
    @Inject(ContactStreams) private readonly contacts: ContactStreams,
    @Inject(OptOutProtocol) private readonly protocol: OptOutProtocol,
    @Inject(TOKENS.registry) private readonly registry: ContactRegistry,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
  ) {}

  async execute({ contactId }: ReachOtherContacts): Promise<void> {
    const { state: source, version } = await this.contacts.load(contactId);
    const person = source.contact?.prospectId;
    const others = (person === undefined ? [] : await this.registry.rowsOfProspect(person)).filter((row) => row.contactId !== contactId);
    const meta = { tenantId: this.tenancy.tenantId, actor: ACTOR, policyVersion: this.tenancy.policyVersion() };
    for (const { contactId: other, forms } of others) {
      const { state } = await this.contacts.load(other);
      for (const [kind, wish, known] of [['opt_out', source.optOut, state.optOut], ['objection', source.objection, state.objection]] as const) {
        if (wish === undefined || (known !== undefined && time(known.at) <= time(wish.at))) continue;
        await this.protocol.record({ kind, forms, channel: wish.channel, receivedAt: new Date(wish.at), actor: ACTOR });
      }
      if (source.restriction !== undefined) await this.contacts.execute({ type: 'SetRestriction', contactId: other, ground: source.restriction }, meta);
    }
    await this.contacts.execute({ type: 'ConfirmReach', contactId, contacts: others.length }, meta, { commitId: `reached:${contactId}:${version}` });
  }
}
