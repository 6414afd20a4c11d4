import type { FaultPoints } from '#contracts/api/fault-points';
import type { ComposedMessage, MessageComposer } from '#contracts/api/message-composer';
import type { MailConnection, MailTransport, SendGuards } from '#engine/mail-transport/mail-transport.port';
import { OutrightError } from '#kernel/errors';
import type { FaultPoint } from '../domain/fault-points.js';
import type { MessageRequest, MessageSender, SendingConnection, SendRequest, Sent } from './message-sender.js';
import { SendTicket, ticketCells } from './send-ticket.js';
import { NeedsKey } from './thread/needs-key.js';

const PHASES: Readonly<Record<string, FaultPoint>> = {
  greeting: 'after-connect', rcpt: 'after-mail', data: 'after-rcpt', body: 'after-data', 'final-dot': 'before-final-dot', reply: 'after-final-dot',
};

export interface LocalSenderParts {
  readonly composer: MessageComposer;
  readonly transport: MailTransport;
  /** Milliseconds on the clock of the deadlines. */
  readonly monotonic: () => number;
  readonly faults: FaultPoints;
}

/** Composes and sends on the thread it is called on. */
export class LocalSender implements MessageSender {
  constructor(private readonly parts: LocalSenderParts) {}

  connection(): SendingConnection {
    const connection = this.parts.transport.connection();
    const ticket = new SendTicket(ticketCells(1), 0);
    return {
      ticket,
      send: async (request) => handOver({ ...this.parts, ticket }, connection, { ...request, campaignId: request.campaign.campaignId }, await compose(this.parts.composer, request)),
      destroy: async () => connection.destroy(),
      close: () => connection.close(),
    };
  }

  failure(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}

/** What one connection composes and sends with. */
type Handover = Omit<LocalSenderParts, 'transport' | 'composer'> & { readonly ticket: SendTicket };

/** Which message may leave, and until when. */
export type Order = Pick<SendRequest, 'dispatchId' | 'deadline'> & { readonly campaignId: string };

export type Made = { readonly kind: 'made'; readonly message: ComposedMessage } | Extract<Sent, { kind: 'not-made' }>;

/** Never rejects: whatever fails is an answer. */
export async function compose(composer: MessageComposer, { campaign, template, dispatchId, at, contact }: MessageRequest): Promise<Made> {
  try {
    return { kind: 'made', message: await composer.compose({ campaign, template, dispatchId, at, to: { contact } }) };
  } catch (error) {
    return { kind: 'not-made', code: codeOf(error), ...(error instanceof NeedsKey ? { kid: error.kid } : {}) };
  }
}

/** Never rejects, like `compose`. */
export async function handOver(parts: Handover, connection: MailConnection, order: Order, made: Made): Promise<Sent> {
  if (made.kind === 'not-made') return made;
  try {
    return await send(parts, connection, order, made.message);
  } catch (error) {
    return { kind: 'broke', code: codeOf(error) };
  }
}

async function send({ monotonic, faults, ticket }: Handover, connection: MailConnection, { campaignId, dispatchId, deadline }: Order, composed: ComposedMessage): Promise<Sent> {
  const { raw, envelopeFrom, envelopeTo, contentHmac = '', noticeTextVersion } = composed;
  const guards: SendGuards = {
    mayContinue: (at) => {
      if (ticket.stopped) return { ok: false, reason: 'cancelled' };
      if (monotonic() >= deadline) return { ok: false, reason: 'expired' };
      return at === 'mail' || ticket.commit() ? { ok: true } : { ok: false, reason: 'cancelled' };
    },
    onPhase: (phase) => {
      const point = PHASES[phase];
      if (point !== undefined) faults.reach(point);
    },
  };
  const outcome = await connection.send({ dispatchId, envelopeFrom, envelopeTo, raw, campaign: campaignId }, guards);
  faults.reach('after-reply');
  return { kind: 'sent', outcome, contentHmac, noticeTextVersion };
}

const codeOf = (error: unknown): string => (error instanceof OutrightError ? error.code : 'internal-fault');
