import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { SMTPServer } from 'smtp-server';

export interface Received { readonly to: string; readonly marker: string; readonly raw: Buffer; readonly hash: string }
type Verdict = Error | undefined;

/** The `smtp-server` package as receiver; `onRcpt` and `onData` may refuse or delay. */
export async function realSink(handlers: { onRcpt?: (to: string) => Verdict | Promise<Verdict>; onData?: (to: string) => Verdict | Promise<Verdict>; port?: number } = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'], logger: false, closeTimeout: 100,
    onRcptTo: (address, _session, done) => void Promise.resolve(handlers.onRcpt?.(address.address)).then((error) => done(error)),
    onData: (stream, session, done) => void read(stream).then(async (raw) => {
      const to = session.envelope.rcptTo[0]?.address ?? '';
      const error = await handlers.onData?.(to);
      if (error === undefined) {
        received.push({ to, raw, marker: /^X-Outright-Marker: (\S+)/m.exec(raw.toString('latin1'))?.[1] ?? '', hash: createHash('sha256').update(raw).digest('hex') });
      }
      done(error);
    }).catch(() => undefined),
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(handlers.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return { port, received, stop: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

export function smtpError(code: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode: code });
}

async function read(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
