import { isIP } from 'node:net';
import { BadInput, RefusedByRule } from '#kernel/errors';
import { DEFAULT_MAX_MESSAGE_BYTES } from './outgoing-message.js';

/** Longest wait in each phase, milliseconds. `ehlo` also bounds STARTTLS and AUTH, `body` each 64 KiB. */
export interface SmtpTimeouts {
  readonly connect: number; readonly greeting: number; readonly ehlo: number; readonly mail: number;
  readonly rcpt: number; readonly data: number; readonly body: number; readonly reply: number;
}

/** The reply to the final dot gets the 10 minutes of RFC 5321 §4.5.3.2.6: giving up early makes outcomes unknown. */
export const DEFAULT_TIMEOUTS: SmtpTimeouts = {
  connect: 30_000, greeting: 60_000, ehlo: 60_000, mail: 120_000, rcpt: 120_000, data: 120_000, body: 180_000, reply: 600_000,
};

export interface SmtpOptions {
  readonly host: string;
  readonly port: number;
  readonly security: 'none' | 'starttls' | 'tls';
  /** Only with `starttls`, default true. False goes on in clear where STARTTLS is not offered, and is refused beyond loopback. */
  readonly requireTls?: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
  /** Name given in EHLO: a domain or an address literal. */
  readonly clientName: string;
  readonly timeouts?: Partial<SmtpTimeouts>;
  readonly maxMessageBytes?: number;
  readonly tls?: { readonly ca?: string | Buffer | readonly (string | Buffer)[]; readonly rejectUnauthorized?: boolean; readonly servername?: string };
}

export interface CheckedSmtpOptions extends SmtpOptions {
  readonly timeouts: SmtpTimeouts;
  readonly maxMessageBytes: number;
  /** Whether a session in clear may carry mail; only ever true for loopback. */
  readonly clearAllowed: boolean;
}

/** Whether a host name or address means this machine (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3, RFC 6761 §6.3). */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (isIP(name) === 0) return name === 'localhost' || name.endsWith('.localhost');
  return name === '::1' || /^(?:::ffff:)?127\./.test(name);
}

/**
 * @throws RefusedByRule SEC-01 for mail or trust without TLS beyond loopback
 * @throws BadInput for a value that cannot work
 */
export function checkedSmtpOptions(options: SmtpOptions): CheckedSmtpOptions {
  const near = isLoopback(options.host);
  const clear = options.security === 'none' || (options.security === 'starttls' && options.requireTls === false);
  if (clear && !near) throw insecure('SMTP without TLS is only for a server on this machine.', 'Set security to starttls or tls.');
  if (options.tls?.rejectUnauthorized === false && !near) throw insecure('An SMTP certificate must be verified beyond this machine.', 'Give the CA of the server in tls.ca.');
  if (!Number.isInteger(options.port) || options.port < 1 || options.port > 65_535) throw bad('port', 'a port number from 1 to 65535');
  if (!/^[A-Za-z0-9._:[\]-]{1,255}$/.test(options.clientName)) throw bad('clientName', 'a domain name or an address literal');
  if (options.host === '' || /[\s\0]/.test(options.host)) throw bad('host', 'a host name or an address');
  if (options.auth !== undefined && (options.auth.user === '' || /\0/.test(options.auth.user + options.auth.pass))) throw bad('auth', 'a user name and a password without NUL');
  return { ...options, timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts }, maxMessageBytes: options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES, clearAllowed: clear };
}

const insecure = (message: string, fix: string) => new RefusedByRule(message, { code: 'smtp-without-tls', rule: 'SEC-01', fix });
const bad = (field: string, wanted: string) => new BadInput(`SMTP setting ${field} is not valid.`, { code: 'smtp-setting-invalid', fix: `Give ${wanted}.` });
