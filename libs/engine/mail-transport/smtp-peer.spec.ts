import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SMTPServer } from 'smtp-server';
import type { AddressInfo } from 'node:net';
import { free, outgoing } from './mail-transport.contract.js';
import { SmtpMailTransport } from './smtp.mail-transport.js';
import type { SmtpOptions } from './smtp-options.js';
import { testCertificate } from './test-certificate.js';

const certificate = testCertificate();
let stop: () => Promise<void> = async () => undefined;
afterEach(() => stop());

/** An SMTP server that is not ours. */
async function peer(security: SmtpOptions['security'], options: Record<string, unknown> = {}, settings: Partial<SmtpOptions> = {}) {
  const received: { from: string; to: string[]; raw: Buffer; user: unknown }[] = [];
  const server = new SMTPServer({
    ...certificate, secure: security === 'tls', authOptional: true, disableReverseLookup: true, ...(security === 'none' ? { disabledCommands: ['STARTTLS'] } : {}),
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
        received.push({ from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '', to: session.envelope.rcptTo.map((rcpt) => rcpt.address), raw: Buffer.concat(parts), user: session.user });
        done();
      });
    },
    onAuth: (auth, _session, done) => (auth.username === 'us\u00e9r' && auth.password === 'p\u00e4ss' ? done(null, { user: 'known' }) : done(new Error('wrong'))),
    ...options,
  });
  server.on('error', () => undefined);
  server.server.on('connection', (socket) => socket.setNoDelay(true));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const port = (server.server.address() as AddressInfo).port;
  const transport = new SmtpMailTransport({ host: 'localhost', port, security, clientName: 'client.test', tls: { ca: certificate.cert }, ...settings });
  stop = async () => {
    await transport.close();
    await new Promise<void>((resolve) => server.close(resolve));
  };
  return { transport, received };
}

const line = fc.oneof(fc.constantFrom('.', '..', '. ', '.a', '...', ''), fc.string({ unit: fc.constantFrom('.', 'a', ' ', '\t', 'ß', '=', '-'), maxLength: 80 }));
const body = fc.tuple(fc.array(line, { maxLength: 30 }), fc.boolean()).map(([lines, ended]) => Buffer.from(lines.join('\r\n') + (ended ? '\r\n' : '')));

describe('against another implementation', () => {
  for (const security of ['none', 'starttls', 'tls'] as const) for (const hidden of [[], ['PIPELINING']]) {
    it(`SND-10 every body arrives octet for octet, ${security}${hidden.length ? ', one command at a time' : ''}`, async () => {
      const { transport, received } = await peer(security, Object.fromEntries(hidden.map((name) => [`hide${name}`, true])));
      const connection = transport.connection();
      await fc.assert(fc.asyncProperty(body, async (raw) => {
        expect(await connection.send(outgoing(raw), free)).toMatchObject({ kind: 'handed-off' });
        const arrived = received.pop()!;
        const ended = raw.length === 0 || raw[raw.length - 1] === 10 ? raw : Buffer.concat([raw, Buffer.from('\r\n')]);
        expect(arrived.raw.toString('latin1')).toBe(ended.toString('latin1'));
        expect(arrived).toMatchObject({ from: 'sender@shop.example', to: ['ann@firm.example'] });
        expect(received).toHaveLength(0);
      }), { numRuns: 60 });
    });
  }

  it('carries a large body with dots across every block edge', async () => {
    const { transport, received } = await peer('tls');
    const raw = Buffer.from('.\r\n..\r\n.abc\r\n'.repeat(40_000));
    expect(await transport.connection().send(outgoing(raw), free)).toMatchObject({ kind: 'handed-off' });
    expect(received[0]!.raw.equals(raw)).toBe(true);
  });

  for (const method of ['PLAIN', 'LOGIN']) for (const security of ['none', 'starttls', 'tls'] as const) {
    it(`SEC-01 logs in with ${method}, ${security}, and tells a wrong password`, async () => {
      const options = { authMethods: [method], authOptional: false, allowInsecureAuth: security === 'none' };
      const known = await peer(security, options, { auth: { user: 'us\u00e9r', pass: 'p\u00e4ss' } });
      expect(await known.transport.connection().send(outgoing(), free)).toMatchObject({ kind: 'handed-off' });
      expect(known.received[0]!.user).toBe('known');
      await stop();
      const wrong = await peer(security, options, { auth: { user: 'us\u00e9r', pass: 'secret-value' } });
      const outcome = await wrong.transport.connection().send(outgoing(), free);
      expect(outcome).toMatchObject({ kind: 'not-sent', phase: 'ehlo', reason: 'refused', code: 535, temporary: false });
      expect(JSON.stringify(outcome)).not.toContain('secret-value');
    });
  }

  it('SEC-01 gives no password to a server that offers no mechanism of ours', async () => {
    const { transport } = await peer('tls', { authMethods: ['CRAM-MD5'] }, { auth: { user: 'us\u00e9r', pass: 'p\u00e4ss' } });
    expect(await transport.connection().send(outgoing(), free)).toMatchObject({ kind: 'not-sent', phase: 'ehlo', reason: 'refused', temporary: false });
  });
});
