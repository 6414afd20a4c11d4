import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface CaughtMessage {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
}

export interface SmtpSink {
  readonly port: number;
  readonly messages: CaughtMessage[];
  close(): Promise<void>;
}

/**
 * A real SMTP server on the loopback that plays the recipients' mailboxes.
 * @param refuse a reply for RCPT, e.g. `(to) => '550 5.1.1 no such user'`; undefined accepts
 */
export async function smtpSink(refuse: (recipient: string, nth: number) => string | undefined = () => undefined): Promise<SmtpSink> {
  const messages: CaughtMessage[] = [];
  const tries = new Map<string, number>();
  const server = new SMTPServer({
    authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'], logger: false,
    onRcptTo({ address }, _session, done) {
      const nth = (tries.get(address) ?? 0) + 1;
      tries.set(address, nth);
      const reply = refuse(address, nth);
      if (reply === undefined) return done();
      const [, code, text] = /^(\d{3}) (.*)$/.exec(reply) ?? [];
      done(Object.assign(new Error(text), { responseCode: Number(code) }));
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.once('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        messages.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address), raw: Buffer.concat(parts) });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    messages,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
