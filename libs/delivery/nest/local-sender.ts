import type { FaultPoints } from '#contracts/api/fault-points';
import type { ComposedMessage, MessageComposer } from '#contracts/api/message-composer';
import type { MailConnection, MailTransport, SendGuards } from '#engine/mail-transport/mail-transport.port';
import { OutrightError } from '#kernel/errors';
import type { FaultPoint } from '../domain/fault-points.js';
import type { MessageSender, SendingConnection, SendRequest, Sent } from './message-sender.js';
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
      send: (request) => composeAndSend({ ...this.parts, ticket }, connection, request),
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
type Handover = Omit<LocalSenderParts, 'transport'> & { readonly ticket: SendTicket };

/** Never rejects: whatever fails is an answer. */
export async function composeAndSend(parts: Handover, connection: MailConnection, request: SendRequest): Promise<Sent> {
  const { campaign, template, dispatchId, at, contact } = request;
  let composed;
  try {
    composed = await parts.composer.compose({ campaign, template, dispatchId, at, to: { contact } });
  } catch (error) {
    return { kind: 'not-made', code: codeOf(error), ...(error instanceof NeedsKey ? { kid: error.kid } : {}) };
  }
  try {
    return await handOver(parts, connection, request, composed);
  } catch (error) {
    return { kind: 'broke', code: codeOf(error) };
  }
}

async function handOver(
  { monotonic, faults, ticket }: Handover, connection: MailConnection, { campaign, dispatchId, deadline }: SendRequest, composed: ComposedMessage,
): Promise<Sent> {
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
  const outcome = await connection.send({ dispatchId, envelopeFrom, envelopeTo, raw, campaign: campaign.campaignId }, guards);
  faults.reach('after-reply');
  return { kind: 'sent', outcome, contentHmac, noticeTextVersion };
}

const codeOf = (error: unknown): string => (error instanceof OutrightError ? error.code : 'internal-fault');
