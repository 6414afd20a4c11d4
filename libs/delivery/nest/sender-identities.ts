import { Inject, Injectable } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import type { ControllerIdentity, SenderView, Tenancy } from '#contracts/api/tenancy';
import { loadDkimKey, type DkimKey } from '#kernel/dkim/dkim-key';
import { envelopeAddress, parseEmailAddress } from '#kernel/address/email-address';
import { OutrightError } from '#kernel/errors';
import { dkimSign } from '../domain/dkim-signer.js';
import type { Mailbox } from '../domain/mailbox.js';

export interface ReadySender {
  readonly view: SenderView;
  /** The same objects for every message, by which their headers are remembered. */
  readonly from: Mailbox;
  readonly replyTo: Mailbox | undefined;
  readonly envelopeFrom: string;
  readonly domain: string;
  readonly dkim: { readonly domain: string; readonly selector: string; readonly key: DkimKey } | undefined;
}

/** Senders with their keys read once; a new version of a sender is read again. */
@Injectable()
export class SenderIdentities {
  private readonly known = new Map<string, { view: SenderView; pem: string | undefined; ready: ReadySender }>();

  constructor(@Inject(TOKENS.tenancy) private readonly tenancy: Tenancy) {}

  /** @throws OutrightError `sender-unknown` (SND-05) */
  sender(senderId: string): ReadySender {
    const view = this.tenancy.sender(senderId);
    if (view === undefined) throw new OutrightError('The sender of this message is not recorded.', { code: 'sender-unknown', rule: 'SND-05', fix: 'Add the sender with `outright sender add`.' });
    const pem = view.dkim === undefined ? undefined : this.tenancy.dkimKey(senderId);
    const known = this.known.get(senderId);
    if (known !== undefined && known.pem === pem && (known.view === view || JSON.stringify(known.view) === JSON.stringify(view))) return known.ready;
    const address = parseEmailAddress(view.fromAddress);
    const dkim = view.dkim === undefined || pem === undefined ? undefined : { ...view.dkim, key: loadDkimKey(pem) };
    const from = { name: view.fromName, address: view.fromAddress };
    const replyTo = view.replyTo === undefined ? undefined : { address: view.replyTo };
    const ready = { view, from, replyTo, envelopeFrom: envelopeAddress(address), domain: address.domain, dkim };
    this.known.set(senderId, { view, pem, ready });
    return ready;
  }

  /** @throws OutrightError `identity-missing` (ROL-07) */
  controller(): { identity: ControllerIdentity; publicUrl: string } {
    const identity = this.tenancy.identity();
    if (identity !== undefined) return identity;
    throw new OutrightError('The identity of the controller is not recorded.', { code: 'identity-missing', rule: 'ROL-07', fix: 'Complete the company identity in outright.yaml.' });
  }

  /** Signed where the sender has a key; the bytes as they are where it has none. */
  async signed(raw: Uint8Array, { dkim }: ReadySender, now: Date): Promise<Uint8Array> {
    return dkim === undefined ? raw : dkimSign(raw, { ...dkim, now });
  }
}
