import type { CampaignView, TemplateSource } from '#contracts/api/campaign-reader';
import type { ContactForSending } from '#contracts/api/dispatch-gate';
import type { SendOutcome } from '#engine/mail-transport/mail-transport.port';
import type { SendTicket } from './send-ticket.js';

/** One message, which may still be refused. */
export interface MessageRequest {
  readonly campaign: CampaignView;
  readonly template: TemplateSource;
  readonly dispatchId: string;
  readonly contact: ContactForSending;
  /** When it is composed: the date of the message. */
  readonly at: Date;
}

/** One authorised message. */
export interface SendRequest extends MessageRequest {
  /** End of the authorisation on the monotonic clock of the caller, milliseconds. */
  readonly deadline: number;
}

export type Sent =
  | { readonly kind: 'sent'; readonly outcome: SendOutcome; readonly contentHmac: string; readonly noticeTextVersion: string }
  /** It could not be made; nothing of it left. `kid` goes with `needs-key`. */
  | { readonly kind: 'not-made'; readonly code: string; readonly kid?: string }
  /** Nobody was there to make or send it; the next message would fare no better. */
  | { readonly kind: 'not-taken'; readonly code: string }
  /** Something of ours failed while it was being sent; the ticket tells whether the final dot was allowed. */
  | { readonly kind: 'broke'; readonly code: string };

export interface SendingConnection {
  /** The cell shared with whoever may stop the message. */
  readonly ticket: SendTicket;
  /** Composes a message ahead of its authorisation, in place of the one prepared before. Nothing of it leaves. */
  prepare?(request: MessageRequest): void;
  /** What is prepared will not be sent. */
  forget?(): void;
  /** One at a time; never rejects. A message that is `prepared` leaves as it was composed. */
  send(request: SendRequest, prepared?: boolean): Promise<Sent>;
  /** When it resolves, the socket is destroyed and nothing more of an open message will be written. */
  destroy(): Promise<void>;
  close(): Promise<void>;
}

/** Composes authorised messages and hands them over. */
export interface MessageSender {
  connection(): SendingConnection;
  /** Why the place where it composes and sends is gone, as a code; undefined while it is there or was not needed yet. */
  failure(): string | undefined;
  close(): Promise<void>;
}

export const MESSAGE_SENDER = Symbol('MessageSender');
