import { EXIT, OutrightError } from '#kernel/errors';
import type { MailConnection, MailTransport, NotSent, OutgoingMessage, SendGuards, SendOutcome, VerifyResult } from './mail-transport.port.js';

const CLOSED: NotSent = { kind: 'not-sent', phase: 'connect', reason: 'cancelled', reply: 'connection-closed', temporary: true };

/** Sends each message through the account of its envelope sender; one connection per caller and account. */
export class RoutedMailTransport implements MailTransport {
  readonly kind = 'smtp';

  /** @param accountOf maps a reverse-path to an account; every account it can name must be in `accounts` */
  constructor(private readonly accounts: ReadonlyMap<string, MailTransport>, private readonly accountOf: (envelopeFrom: string) => string) {}

  connection(): MailConnection {
    const open = new Map<MailTransport, MailConnection>();
    let closed = false;
    const to = (message: OutgoingMessage): MailConnection => {
      const transport = this.accounts.get(this.accountOf(message.envelopeFrom));
      if (transport === undefined) throw new OutrightError('The sender has no SMTP account.', { code: 'sender-without-account', status: 500, exit: EXIT.fault, fix: 'Name one with senders.<id>.smtp.' });
      const known = open.get(transport) ?? transport.connection();
      open.set(transport, known);
      return known;
    };
    return {
      send: async (message: OutgoingMessage, guards: SendGuards): Promise<SendOutcome> => (closed ? CLOSED : to(message).send(message, guards)),
      destroy: () => { for (const connection of open.values()) connection.destroy(); },
      close: async () => {
        closed = true;
        await Promise.all([...open.values()].map((connection) => connection.close()));
      },
    };
  }

  async verify(): Promise<VerifyResult> {
    let last: VerifyResult = { ok: true, secure: true, extensions: [] };
    for (const transport of this.accounts.values()) {
      last = await transport.verify();
      if (!last.ok) return last;
    }
    return last;
  }

  async close(): Promise<void> {
    await Promise.all([...this.accounts.values()].map((transport) => transport.close()));
  }
}
