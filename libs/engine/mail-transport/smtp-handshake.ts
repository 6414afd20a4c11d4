import type { NotSent, SmtpPhase } from './mail-transport.port.js';
import { smtpCapabilities, type SmtpCapabilities } from './smtp-capabilities.js';
import { isLoopback, type CheckedSmtpOptions } from './smtp-options.js';
import { cannotBeSent, endedBefore, refusedBy, type WireFault } from './smtp-outcome.js';
import type { SmtpReply } from './smtp-reply.js';
import { type SmtpWire, WireDown } from './smtp-wire.js';

export type Handshake = { readonly ok: true; readonly capabilities: SmtpCapabilities } | { readonly ok: false; readonly failure: NotSent };

class Failed extends Error {
  constructor(readonly failure: NotSent) {
    super(failure.phase);
  }
}

/** Brings a new wire to the point where MAIL may follow: connection, TLS, greeting, EHLO, STARTTLS, AUTH. */
export async function smtpHandshake(wire: SmtpWire, options: CheckedSmtpOptions, onPhase: (phase: SmtpPhase) => void): Promise<Handshake> {
  let phase: SmtpPhase = 'connect';
  const enter = (next: SmtpPhase) => onPhase((phase = next));
  try {
    enter('connect');
    await wire.connect(options.timeouts.connect);
    if (options.clearAllowed && !isLoopback(wire.remoteAddress)) throw tlsFault(wire, phase, 'clear-beyond-loopback');
    if (options.security === 'tls') await wire.startTls(options.timeouts.connect);
    enter('greeting');
    expect(phase, await wire.ask(undefined, options.timeouts.greeting), 220);
    enter('ehlo');
    let capabilities = await hello(wire, options);
    if (options.security === 'starttls') capabilities = await upgrade(wire, options, capabilities);
    if (options.auth !== undefined) await authenticate(wire, options, options.auth, capabilities);
    return { ok: true, capabilities };
  } catch (error) {
    if (error instanceof Failed) {
      wire.end({ cause: 'connection', detail: 'handshake-refused' });
      return { ok: false, failure: error.failure };
    }
    if (error instanceof WireDown) return { ok: false, failure: endedBefore(phase, error.fault) };
    wire.end({ cause: 'destroyed', detail: 'caller-threw' });
    throw error;
  }
}

/** EHLO; HELO where the server does not know it (RFC 5321 §4.1.4). */
async function hello(wire: SmtpWire, options: CheckedSmtpOptions): Promise<SmtpCapabilities> {
  const reply = await wire.ask(`EHLO ${options.clientName}`, options.timeouts.ehlo);
  if (![500, 501, 502, 504].includes(reply.code)) return smtpCapabilities(expect('ehlo', reply, 250));
  expect('ehlo', await wire.ask(`HELO ${options.clientName}`, options.timeouts.ehlo), 250);
  return smtpCapabilities({ code: 250, lines: [''] });
}

/** RFC 3207. Whatever was said in clear is forgotten; octets sent behind the 220 are an injection and end the session. */
async function upgrade(wire: SmtpWire, options: CheckedSmtpOptions, offered: SmtpCapabilities): Promise<SmtpCapabilities> {
  if (!offered.startTls) {
    if (options.clearAllowed) return offered;
    throw tlsFault(wire, 'ehlo', 'starttls-not-offered');
  }
  const reply = await wire.ask('STARTTLS', options.timeouts.ehlo);
  if (reply.code !== 220) throw new Failed({ ...refusedBy('ehlo', reply), reason: 'tls' });
  if (wire.hasInput || wire.fault?.cause === 'protocol') throw tlsFault(wire, 'ehlo', 'starttls-injection');
  await wire.startTls(options.timeouts.ehlo);
  return hello(wire, options);
}

/** RFC 4954, RFC 4616. Options allow clear only for loopback, so a password never leaves this machine without TLS. */
async function authenticate(wire: SmtpWire, options: CheckedSmtpOptions, auth: { user: string; pass: string }, offered: SmtpCapabilities): Promise<void> {
  if (!wire.secure && !isLoopback(wire.remoteAddress)) throw tlsFault(wire, 'ehlo', 'auth-without-tls');
  const { ehlo } = options.timeouts;
  const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
  if (offered.auth.has('PLAIN')) {
    expect('ehlo', await wire.ask(`AUTH PLAIN ${base64(`\0${auth.user}\0${auth.pass}`)}`, ehlo), 235);
  } else if (offered.auth.has('LOGIN')) {
    expect('ehlo', await wire.ask('AUTH LOGIN', ehlo), 334);
    expect('ehlo', await wire.ask(base64(auth.user), ehlo), 334);
    expect('ehlo', await wire.ask(base64(auth.pass), ehlo), 235);
  } else {
    throw new Failed(cannotBeSent('ehlo', '5.7.4', 'auth-mechanism-not-offered'));
  }
}

function expect(phase: SmtpPhase, reply: SmtpReply, code: number): SmtpReply {
  if (reply.code === code) return reply;
  if (reply.code >= 400) throw new Failed(refusedBy(phase, reply));
  throw new Failed(endedBefore(phase, { cause: 'protocol', detail: 'reply-unexpected' }));
}

function tlsFault(wire: SmtpWire, phase: SmtpPhase, detail: string): Failed {
  const fault: WireFault = { cause: 'tls', detail, lasting: true };
  wire.end(fault);
  return new Failed(endedBefore(phase, fault));
}
