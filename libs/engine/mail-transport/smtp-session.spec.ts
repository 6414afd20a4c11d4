import { afterEach, describe, expect, it } from '@jest/globals';
import { FaultServer, type FaultServerOptions } from './fault-server.js';
import { free, outgoing } from './mail-transport.contract.js';
import { SmtpMailTransport } from './smtp.mail-transport.js';
import type { SmtpOptions } from './smtp-options.js';

let server: FaultServer;
let transport: SmtpMailTransport;
const closing: (() => Promise<void>)[] = [];
async function talk(options: Partial<FaultServerOptions> = {}, settings: Partial<SmtpOptions> = {}) {
  const started = server = await FaultServer.start({ mode: 'plain', ...options });
  const made = transport = new SmtpMailTransport({ ...server.smtp, ...settings });
  closing.push(() => made.close(), () => started.close());
  return transport.connection();
}
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const verbs = () => server.commands.map((line) => line.slice(0, 4));

describe('SMTP session', () => {
  for (const extensions of [['PIPELINING'], []]) {
    it(`uses one connection for many messages (${extensions.length ? 'pipelining' : 'one command at a time'})`, async () => {
      const connection = await talk({ extensions });
      for (let round = 0; round < 3; round += 1) expect(await connection.send(outgoing(), free)).toMatchObject({ kind: 'handed-off', code: 250, enhanced: '2.0.0', reply: '2.0.0 kept' });
      await connection.close();
      expect(server.connections).toBe(1);
      expect(verbs()).toEqual(['EHLO', 'MAIL', 'RCPT', 'DATA', 'MAIL', 'RCPT', 'DATA', 'MAIL', 'RCPT', 'DATA', 'QUIT']);
    });

    it(`SND-16 a refused recipient is told with its status, and the session goes on after RSET (${extensions.length ? 'pipelining' : 'one command at a time'})`, async () => {
      let known = false;
      const reply = (verb: string) => (known ? undefined : verb === 'RCPT' ? '550-5.1.1 nobody\r\n550 5.1.1 here\r\n' : verb === 'DATA' ? '554 5.5.1 no recipients\r\n' : undefined);
      const connection = await talk({ extensions, reply });
      expect(await connection.send(outgoing(), free)).toMatchObject({ kind: 'not-sent', phase: 'rcpt', reason: 'refused', code: 550, enhanced: '5.1.1', temporary: false });
      known = true;
      expect(await connection.send(outgoing(), free)).toMatchObject({ kind: 'handed-off' });
      expect(server.connections).toBe(1);
      expect(verbs().filter((verb) => verb === 'RSET')).toHaveLength(1);
      expect(server.received).toHaveLength(1);
    });
  }

  it('SND-10 never sends a body where DATA is granted after a refused recipient (RFC 2920)', async () => {
    let known = false;
    const connection = await talk({ reply: (verb) => (verb === 'RCPT' && !known ? '550 5.1.1 nobody\r\n' : undefined) });
    expect(await connection.send(outgoing(), free)).toMatchObject({ kind: 'not-sent', phase: 'rcpt', code: 550 });
    known = true;
    expect(await connection.send(outgoing(), free)).toMatchObject({ kind: 'handed-off' });
    expect([server.connections, server.received.length]).toEqual([2, 1]);
  });

  it('SND-10 takes no reply that came unasked for the answer to the next step', async () => {
    const connection = await talk({ extensions: [], reply: (verb) => (verb === 'DATA' ? '354 go on\r\n250 2.0.0 kept\r\n' : undefined) });
    expect(await connection.send(outgoing(), free)).toMatchObject({ kind: 'not-sent', phase: 'body', reason: 'connection' });
    expect(server.received).toEqual([]);
  });

  for (const [what, reply] of [['a line without end', `250 ${'x'.repeat(5_000)}`], ['too many lines', '250-x\r\n'.repeat(100)], ['no SMTP', 'HTTP/1.1 200 OK\r\n'], ['354', '354 again\r\n']] as const) {
    it(`SND-10 SUP-04 ${what} after the final dot is unknown, before it not sent`, async () => {
      let step = '.';
      const connection = await talk({ extensions: [], reply: (verb) => (verb === step ? reply : undefined) });
      expect(await connection.send(outgoing(), free)).toMatchObject({ kind: 'unknown' });
      step = what === '354' ? 'RCPT' : 'MAIL';
      expect(await connection.send(outgoing(), free)).toMatchObject({ kind: 'not-sent', reason: 'connection', temporary: true });
      expect(server.received).toHaveLength(1);
    });
  }

  it('reopens once, unseen, when the server left while the connection was idle', async () => {
    const connection = await talk();
    await connection.send(outgoing(), free);
    for (const socket of server.sockets) {
      socket.end('421 4.4.2 idle for too long\r\n');
      await new Promise((resolve) => socket.once('close', resolve));
    }
    expect(await connection.send(outgoing(), free)).toMatchObject({ kind: 'handed-off' });
    expect([server.connections, server.received.length]).toEqual([2, 2]);
  });

  it('reopens once, unseen, for a 421 to MAIL on a kept connection; a new one is told', async () => {
    let mails = 0;
    const connection = await talk({ reply: (verb) => (verb === 'MAIL' && (mails += 1) === 2 ? '421 4.7.0 enough for one session\r\n' : undefined) });
    await connection.send(outgoing(), free);
    expect(await connection.send(outgoing(), free)).toMatchObject({ kind: 'handed-off' });
    expect(server.connections).toBe(2);
    mails = 1;
    expect(await transport.connection().send(outgoing(), free)).toMatchObject({ kind: 'not-sent', phase: 'mail', code: 421, enhanced: '4.7.0', temporary: true });
  });

  it('SND-10 a refusal of the final dot is known: 4xx may be tried again, 5xx not', async () => {
    let code = '452 4.2.2 full';
    const connection = await talk({ reply: (verb) => (verb === '.' ? `${code}\r\n` : undefined) });
    expect(await connection.send(outgoing(), free)).toMatchObject({ kind: 'not-sent', phase: 'reply', reason: 'refused', enhanced: '4.2.2', temporary: true });
    code = '554 5.7.1 spam';
    expect(await connection.send(outgoing(), free)).toMatchObject({ kind: 'not-sent', phase: 'reply', reason: 'refused', enhanced: '5.7.1', temporary: false });
    expect(server.connections).toBe(1);
  });

  it('names SIZE and 8BITMIME, and refuses by itself what the server could not take', async () => {
    const connection = await talk({ extensions: ['PIPELINING', 'SIZE 100', '8BITMIME'] });
    await connection.send(outgoing('Subject: é\r\n\r\n'), free);
    expect(server.commands).toContain('MAIL FROM:<sender@shop.example> BODY=8BITMIME SIZE=15');
    expect(await connection.send(outgoing('x'.repeat(101)), free)).toMatchObject({ kind: 'not-sent', phase: 'mail', enhanced: '5.3.4', temporary: false });
    const narrow = await talk({ extensions: [] });
    expect(await narrow.send(outgoing('Subject: é\r\n\r\n'), free)).toMatchObject({ kind: 'not-sent', phase: 'mail', enhanced: '5.6.3', temporary: false });
    expect(verbs()).toEqual(['EHLO']);
  });

  it('SMTPUTF8 only where offered, else 5.6.7 before MAIL; no character folds into a line end', async () => {
    const message = outgoing(undefined, { envelopeTo: 'änn\u010d\u010a@firm.example' });
    expect(await (await talk()).send(message, free)).toMatchObject({ kind: 'not-sent', phase: 'mail', enhanced: '5.6.7', temporary: false });
    expect(verbs()).toEqual(['EHLO']);
    expect(await (await talk({ extensions: ['SMTPUTF8', '8BITMIME', 'PIPELINING'] })).send(message, free)).toMatchObject({ kind: 'handed-off' });
    expect(server.received[0]!.to).toBe(message.envelopeTo);
    expect(server.commands).toContain('MAIL FROM:<sender@shop.example> SMTPUTF8');
  });

  it('says HELO to a server that knows no EHLO, and carries the null sender', async () => {
    const connection = await talk({ reply: (verb) => (verb === 'EHLO' ? '502 5.5.1 what\r\n' : undefined) });
    expect(await connection.send(outgoing(undefined, { envelopeFrom: '' }), free)).toMatchObject({ kind: 'handed-off' });
    expect(server.commands.slice(0, 3)).toEqual(['EHLO client.test', 'HELO client.test', 'MAIL FROM:<>']);
  });

  it('SEC-01 stops without STARTTLS, and at one that is refused; on loopback it may go on in clear', async () => {
    expect(await (await talk({}, { security: 'starttls' })).send(outgoing(), free)).toMatchObject({ kind: 'not-sent', phase: 'ehlo', reason: 'tls', temporary: false });
    expect(verbs()).toEqual(['EHLO']);
    expect(await (await talk({ mode: 'starttls', reply: (verb) => (verb === 'STAR' ? '454 4.7.0 not now\r\n' : undefined) })).send(outgoing(), free)).toMatchObject({ kind: 'not-sent', reason: 'tls', temporary: true });
    expect(await (await talk({}, { security: 'starttls', requireTls: false })).send(outgoing(), free)).toMatchObject({ kind: 'handed-off' });
  });

  for (const injected of ['250 forged\r\n', '250-PIPELI', '250-peer.test\r\n250 AUTH PLAIN\r\n']) {
    it(`SEC-01 octets sent in clear behind the 220 of STARTTLS end the session: ${JSON.stringify(injected)}`, async () => {
      const connection = await talk({ mode: 'starttls', reply: (verb) => (verb === 'STAR' ? `220 go\r\n${injected}` : undefined) });
      expect(await connection.send(outgoing(), free)).toMatchObject({ kind: 'not-sent', phase: 'ehlo', reason: expect.stringMatching(/tls|connection/) });
      expect(verbs()).toEqual(['EHLO', 'STAR']);
    });
  }

  it('SEC-01 trusts no certificate it cannot verify', async () => {
    for (const mode of ['tls', 'starttls'] as const) for (const tls of [{ servername: 'localhost' }, { servername: 'other.test' }]) {
      const connection = await talk({ mode });
      const wrong = new SmtpMailTransport({ ...server.smtp, tls: tls.servername === 'localhost' ? tls : { ...server.smtp.tls, ...tls } });
      expect(await wrong.connection().send(outgoing(), free)).toMatchObject({ kind: 'not-sent', reason: 'tls', temporary: false });
      expect(await connection.send(outgoing(), free)).toMatchObject({ kind: 'handed-off' });
      expect(server.received).toHaveLength(1);
    }
  });

  it('verify tells what the server offers, and what stops it', async () => {
    await talk({ mode: 'starttls' });
    expect(await transport.verify()).toMatchObject({ ok: true, secure: true, extensions: expect.arrayContaining(['PIPELINING']) });
    server.fault = { phase: 'greeting', action: 'refuse-permanent' };
    expect(await transport.verify()).toMatchObject({ ok: false, failure: { phase: 'greeting', reason: 'refused', code: 550, temporary: false } });
  });
});
