import type { NotSent, OutgoingMessage, SendGuards, SmtpPhase } from './mail-transport.port.js';
import type { SmtpBody } from './smtp-body.js';
import type { SmtpCapabilities } from './smtp-capabilities.js';
import { smtpHandshake } from './smtp-handshake.js';
import type { CheckedSmtpOptions } from './smtp-options.js';
import { cannotBeSent } from './smtp-outcome.js';
import { SmtpTransaction, type TransactionEnd } from './smtp-transaction.js';
import { SmtpWire } from './smtp-wire.js';

const QUIT_WAIT = 2_000;
// eslint-disable-next-line no-control-regex
const NON_ASCII = /[^\u0000-\u007f]/;

/** One SMTP session: opened once, used for many messages, ended once. */
export class SmtpSession {
  readonly #wire: SmtpWire;
  #capabilities: SmtpCapabilities | undefined;
  #needsReset = false;

  constructor(private readonly options: CheckedSmtpOptions) {
    this.#wire = new SmtpWire(options);
  }

  /** Whether the next message may use it. */
  get usable(): boolean {
    return this.#capabilities !== undefined && this.#wire.fault === undefined;
  }

  get secure(): boolean {
    return this.#wire.secure;
  }

  get extensions(): readonly string[] {
    return this.#capabilities?.extensions ?? [];
  }

  /** Connects up to the point where MAIL may follow; returns what stopped it, if anything did. */
  async open(onPhase: (phase: SmtpPhase) => void): Promise<NotSent | undefined> {
    const result = await smtpHandshake(this.#wire, this.options, onPhase);
    if (!result.ok) return result.failure;
    this.#capabilities = result.capabilities;
    return undefined;
  }

  async send(message: OutgoingMessage, body: SmtpBody, guards: SendGuards): Promise<TransactionEnd> {
    const capabilities = this.#capabilities!;
    const parameters = mailParameters(message, body, capabilities);
    if (typeof parameters !== 'string') return { outcome: parameters, unheard: false, needsReset: this.#needsReset };
    const end = await new SmtpTransaction(this.#wire, {
      message, body, mailParameters: parameters, pipelining: capabilities.pipelining, reset: this.#needsReset, timeouts: this.options.timeouts,
    }, guards).run();
    this.#needsReset = end.needsReset;
    return end;
  }

  destroy(): void {
    this.#wire.end({ cause: 'destroyed', detail: 'destroyed' });
  }

  async quit(): Promise<void> {
    if (this.usable) await this.#wire.ask('QUIT', Math.min(QUIT_WAIT, this.options.timeouts.ehlo)).catch(() => undefined);
    this.#wire.end({ cause: 'connection', detail: 'quit' });
  }
}

/** Parameters of MAIL that this message needs and the server offers (RFC 1870, 6152, 6531), or why it cannot take the message. */
function mailParameters({ envelopeFrom, envelopeTo }: OutgoingMessage, { stuffed, eightBit }: SmtpBody, offered: SmtpCapabilities): string | NotSent {
  let parameters = '';
  if (NON_ASCII.test(envelopeFrom) || NON_ASCII.test(envelopeTo)) {
    if (!offered.smtpUtf8) return cannotBeSent('mail', '5.6.7', 'smtputf8-not-offered');
    parameters += ' SMTPUTF8';
  }
  if (eightBit) {
    if (!offered.eightBitMime) return cannotBeSent('mail', '5.6.3', '8bitmime-not-offered');
    parameters += ' BODY=8BITMIME';
  }
  if (offered.size) {
    if (stuffed.length > (offered.sizeLimit ?? Infinity)) return cannotBeSent('mail', '5.3.4', 'message-larger-than-server-takes');
    parameters += ` SIZE=${stuffed.length}`;
  }
  return parameters;
}
