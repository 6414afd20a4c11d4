import { Inject, Injectable } from '@nestjs/common';
import type { AddressBook } from '#contracts/api/address-book';
import type { CampaignContent, LegalFacts } from '#contracts/api/campaign-content';
import type { ContactForSending } from '#contracts/api/dispatch-gate';
import type { ComposedMessage, ComposeRequest, MessageComposer } from '#contracts/api/message-composer';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { Recipient } from '#contracts/fields';
import { EventLog } from '#engine/event-log/event-log';
import { PersonalData } from '#engine/event-log/personal-data';
import type { KeyVault } from '#engine/key-vault/key-vault.port';
import type { KeyProvider } from '#engine/secrets/key-provider.port';
import { envelopeAddress, parseEmailAddress } from '#kernel/address/email-address';
import { OutrightError } from '#kernel/errors';
import { HmacSha256 } from '#kernel/hmac-sha256';
import { ERASED } from '#kernel/sealed';
import { tokenKey, tokenKeys, type TokenKeys } from '#kernel/tokens/token-keys';
import { sealToken } from '#kernel/tokens/unsubscribe-token';
import { listIdFor } from '../domain/list-id.js';
import { messageIdFor } from '../domain/message-id.js';
import { assembleMessage } from '../domain/mime-message.js';
import { SenderIdentities } from './sender-identities.js';
import { sourceOf } from './source-of-data.js';

interface Addressee {
  readonly address: string;
  readonly fields: Readonly<Record<string, string | undefined>>;
  readonly basis: LegalFacts['basis'];
  readonly source: LegalFacts['source'];
  readonly inert: boolean;
}

/** Renders, assembles and signs one message. Nothing of it is kept; only the HMAC under the person's key is recorded (SND-19). */
@Injectable()
export class MessageRenderer implements MessageComposer {
  private keys: Promise<TokenKeys> | undefined;
  private readonly mac = new HmacSha256(Buffer.alloc(0));

  constructor(
    @Inject(TOKENS.campaignContent) private readonly content: CampaignContent,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
    @Inject(TOKENS.addressBook) private readonly book: AddressBook,
    @Inject(TOKENS.personalData) private readonly personal: PersonalData,
    @Inject(TOKENS.eventLog) private readonly log: EventLog,
    @Inject(TOKENS.vault) private readonly vault: KeyVault,
    @Inject(TOKENS.keyProvider) private readonly keyProvider: KeyProvider,
    @Inject(SenderIdentities) private readonly senders: SenderIdentities,
  ) {}

  async compose(request: ComposeRequest): Promise<ComposedMessage> {
    const { campaign, template, dispatchId, at, to } = request;
    const addressee = 'contact' in to ? await this.contact(to.contact) : this.tester(to.test, campaign.liaId, at);
    const { identity, publicUrl } = this.senders.controller();
    const sender = this.senders.sender(campaign.senderId);
    const address = parseEmailAddress(addressee.address);
    const forms = this.book.email(address);
    const token = sealToken({
      tenantId: this.tenancy.tenantId, channel: 'email', strict: forms.strict, loose: forms.loose, hmacKeyVersion: this.book.keyVersion,
      campaignId: campaign.campaignId, marker: dispatchId, inert: addressee.inert,
    }, await this.tokenKeys());
    const base = publicUrl.replace(/\/+$/, '');
    const unsubscribeUrl = `${base}/u/${token}`;
    const prepared = this.content.prepare(template);
    const parts = prepared.render({ ...addressee.fields, sender_name: sender.view.fromName }, {
      identity, unsubscribeUrl, privacyUrl: `${base}/privacy`, basis: addressee.basis, source: addressee.source,
      purpose: campaign.relevance === undefined ? 'outreach by email' : `outreach by email: ${campaign.relevance.replace(/\.+\s*$/, '')}`,
      interestText: campaign.liaId === undefined ? undefined : this.tenancy.lia(campaign.liaId)?.interest,
      retention: { period: this.tenancy.setting<string>('retention.marketing'), erasureHours: this.tenancy.setting<number>('optout.erasureMaxHours') },
    });
    const unsigned = assembleMessage({
      dispatchId, from: sender.from, to: { address: address.original }, replyTo: sender.replyTo,
      subject: parts.subject, date: at, unsubscribeUrl, loopbackOnly: base.startsWith('http:'), listId: listIdFor(campaign.campaignId, sender.domain),
      postalAddress: prepared.postalLines(identity), text: parts.text, html: parts.html, layout: parts.layout,
    });
    const raw = await this.senders.signed(unsigned, sender, at);
    const contentHmac = 'contact' in to ? await this.contentHmac(raw, to.contact.recipient.kid) : undefined;
    return {
      raw, envelopeFrom: sender.envelopeFrom, envelopeTo: envelopeAddress(address), messageId: messageIdFor(dispatchId, sender.domain),
      subject: parts.subject, text: parts.text, html: parts.html, noticeTextVersion: prepared.noticeVersion, ...(contentHmac === undefined ? {} : { contentHmac }),
    };
  }

  private async contact(contact: ContactForSending): Promise<Addressee> {
    const [recipient, source] = await Promise.all([this.personal.open<Recipient>(contact.recipient), sourceOf(contact, this.log, this.personal)]);
    if (recipient === ERASED || recipient.email === undefined) throw new OutrightError('The recipient was erased.', { code: 'recipient-erased', rule: 'ERA-01' });
    return { address: recipient.email, fields: recipient, basis: contact.basisKind as LegalFacts['basis'], source, inert: false };
  }

  private tester(test: { address: string; fields: Readonly<Record<string, string>> }, liaId: string | undefined, at: Date): Addressee {
    const collectedOn = at.toISOString().slice(0, 10);
    return {
      address: test.address, fields: test.fields, basis: liaId === undefined ? 'opt_out_regime' : 'legitimate_interest',
      source: { kind: 'public_website', name: 'sample source', url: undefined, collectedOn }, inert: true,
    };
  }

  /** Under a key of its own, derived from the person's, so that it dies with the person's. */
  private async contentHmac(raw: Uint8Array, kid: string): Promise<string> {
    const key = await this.vault.key(kid);
    if (typeof key === 'string') throw new OutrightError('The data key of the recipient is gone.', { code: key === 'destroyed' ? 'recipient-erased' : 'missing-data-key', rule: 'SND-19', status: 500, exit: 1 });
    const own = this.mac.rekey(key.key).digest('outright/content-hmac/v1', 'hex');
    const code = this.mac.rekey(Buffer.from(own, 'hex')).digest(raw, 'hex');
    this.mac.forget();
    return code;
  }

  private tokenKeys(): Promise<TokenKeys> {
    this.keys ??= this.keyProvider.secret('unsubscribe-token')
      .then(({ version, key, older }) => tokenKeys(tokenKey(version, key), [...older].map(([kid, secret]) => tokenKey(kid, secret))));
    this.keys.catch(() => { this.keys = undefined; });
    return this.keys;
  }
}
