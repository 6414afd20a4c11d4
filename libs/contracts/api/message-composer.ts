import type { ContactForSending } from './dispatch-gate.js';
import type { CampaignView, TemplateSource } from './campaign-reader.js';

export interface ComposedMessage {
  /** Final bytes with CRLF, DKIM-signed where the sender has a key. */
  readonly raw: Uint8Array;
  readonly envelopeFrom: string;
  readonly envelopeTo: string;
  readonly messageId: string;
  /** Decoded parts, for the checks on the final message. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Version of the notice wording in it. */
  readonly noticeTextVersion: string;
  /** HMAC-SHA-256 over `raw` under the person's key, lower-case hex; absent for a test message (SND-19). */
  readonly contentHmac?: string;
}

export interface ComposeRequest {
  readonly campaign: Pick<CampaignView, 'campaignId' | 'name' | 'language' | 'senderId' | 'liaId' | 'relevance'>;
  readonly template: TemplateSource;
  readonly dispatchId: string;
  readonly at: Date;
  /** A contact whose sealed recipient is opened for this one message, or a test recipient with sample fields and an inert token. */
  readonly to: { readonly contact: ContactForSending } | { readonly test: { readonly address: string; readonly fields: Readonly<Record<string, string>> } };
}

/** Renders, assembles and signs one message (delivery); campaigns uses it for `check` and `test`. */
export interface MessageComposer {
  compose(request: ComposeRequest): Promise<ComposedMessage>;
}
