import { Inject, Injectable, Optional } from '@nestjs/common';
import type { CampaignReader } from '#contracts/api/campaign-reader';
import { TOKENS } from '#contracts/api/tokens';
import type { Recipient } from '#contracts/fields';
import { EventLog } from '#engine/event-log/event-log';
import { PersonalData } from '#engine/event-log/personal-data';
import type { MailTransport } from '#engine/mail-transport/mail-transport.port';
import { ERASED, isSealed } from '#kernel/sealed';

/** What the contact streams of a person lead to: addresses to look for, and kept copies of messages. */
@Injectable()
export class ContactTraces {
  constructor(
    @Inject(TOKENS.eventLog) private readonly log: EventLog,
    @Inject(TOKENS.personalData) private readonly personal: PersonalData,
    @Optional() @Inject(TOKENS.mailTransport) private readonly mail?: MailTransport,
    @Optional() @Inject(TOKENS.campaignReader) private readonly campaigns?: Pick<CampaignReader, 'byId'>,
  ) {}

  /** Every e-mail address and phone number that can still be read, each once. */
  async addresses(contactIds: readonly string[]): Promise<string[]> {
    const found = new Set<string>();
    for (const contactId of contactIds) {
      for (const { data } of await this.log.load(contactId)) {
        if (!isSealed(data.recipient)) continue;
        const recipient = await this.personal.open<Recipient>(data.recipient);
        if (recipient === ERASED) continue;
        for (const address of [recipient.email, recipient.phone]) if (address !== undefined) found.add(address);
      }
    }
    return [...found];
  }

  /** Removes the kept copies of everything that was sent to these contacts; returns how many messages that concerned. */
  async removeMessages(contactIds: readonly string[]): Promise<number> {
    const sent = new Map<string, string>();
    for (const contactId of contactIds) {
      for (const { type, data } of await this.log.load(contactId)) {
        if (type === 'DispatchAuthorized') sent.set(data.dispatchId as string, data.campaignId as string);
      }
    }
    if (this.mail?.removeMessage !== undefined) {
      for (const [dispatchId, campaignId] of sent) {
        // A transport files a message under its campaign; by id or by name is the sender's choice.
        const name = (await this.campaigns?.byId(campaignId))?.name;
        for (const folder of new Set([campaignId, name])) await this.mail.removeMessage(dispatchId, folder);
      }
    }
    return sent.size;
  }
}
