import type { MailConnection, MailTransport, NotSent, OutgoingMessage, SendGuards, SendOutcome, VerifyResult } from './mail-transport.port.js';
import { OneAtATime } from './one-at-a-time.js';
import { assertOutgoing } from './outgoing-message.js';
import { smtpBody } from './smtp-body.js';
import { checkedSmtpOptions, type CheckedSmtpOptions, type SmtpOptions } from './smtp-options.js';
import { cannotBeSent } from './smtp-outcome.js';
import { SmtpSession } from './smtp-session.js';

/** Hands mail to one SMTP server over connections that are kept between messages. */
export class SmtpMailTransport implements MailTransport {
  readonly kind = 'smtp';
  readonly #options: CheckedSmtpOptions;
  readonly #connections = new Set<SmtpConnection>();

  /** @throws RefusedByRule SEC-01 where mail would cross a network in clear; BadInput for settings that cannot work */
  constructor(options: SmtpOptions) {
    this.#options = checkedSmtpOptions(options);
  }

  connection(): MailConnection {
    const made = new SmtpConnection(this.#options, () => this.#connections.delete(made));
    this.#connections.add(made);
    return made;
  }

  async verify(): Promise<VerifyResult> {
    const session = new SmtpSession(this.#options);
    const failure = await session.open(() => undefined);
    if (failure !== undefined) return { ok: false, failure };
    const result: VerifyResult = { ok: true, secure: session.secure, extensions: session.extensions };
    await session.quit();
    return result;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.close()));
  }
}

const CLOSED: NotSent = { kind: 'not-sent', phase: 'connect', reason: 'cancelled', reply: 'connection-closed', temporary: true };

class SmtpConnection implements MailConnection {
  #session: SmtpSession | undefined;
  readonly #turn = new OneAtATime();
  #closed = false;

  constructor(private readonly options: CheckedSmtpOptions, private readonly onClose: () => void) {}

  async send(message: OutgoingMessage, guards: SendGuards): Promise<SendOutcome> {
    return this.#closed ? CLOSED : this.#turn.run(() => this.#send(message, guards));
  }

  destroy(): void {
    this.#session?.destroy();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#turn.idle();
    await this.#session?.quit();
    this.onClose();
  }

  async #send(message: OutgoingMessage, guards: SendGuards): Promise<SendOutcome> {
    assertOutgoing(message);
    if (message.raw.length > this.options.maxMessageBytes) return cannotBeSent('mail', '5.3.4', 'message-larger-than-setting');
    const body = smtpBody(message.raw);
    if (this.#session?.usable) {
      const { outcome, unheard } = await this.#session.send(message, body, guards);
      if (!unheard || this.#closed) return outcome;
    }
    const session = this.#session = new SmtpSession(this.options);
    const failure = await session.open((phase) => guards.onPhase?.(phase));
    return failure ?? (await session.send(message, body, guards)).outcome;
  }
}
