import type { SmtpReply } from './smtp-reply.js';

/** What the server offered in its last EHLO reply. */
export interface SmtpCapabilities {
  readonly extensions: readonly string[];
  readonly pipelining: boolean;
  readonly eightBitMime: boolean;
  readonly smtpUtf8: boolean;
  readonly startTls: boolean;
  readonly size: boolean;
  /** Octets (RFC 1870); absent where no limit was stated. */
  readonly sizeLimit?: number;
  readonly auth: ReadonlySet<string>;
}

/** Reads an EHLO reply (RFC 5321 §4.1.1.1). A HELO reply has no further lines, so it offers nothing. */
export function smtpCapabilities(reply: SmtpReply): SmtpCapabilities {
  const offered = new Map<string, string[]>();
  for (const line of reply.lines.slice(1)) {
    const [keyword = '', ...params] = line.trim().replace(/^AUTH=/i, 'AUTH ').toUpperCase().split(/\s+/);
    if (keyword !== '') offered.set(keyword, [...(offered.get(keyword) ?? []), ...params]);
  }
  const limit = Number(/^\d{1,15}$/.exec(offered.get('SIZE')?.[0] ?? '')?.[0] ?? 0);
  return {
    extensions: [...offered.keys()],
    pipelining: offered.has('PIPELINING'),
    eightBitMime: offered.has('8BITMIME'),
    smtpUtf8: offered.has('SMTPUTF8'),
    startTls: offered.has('STARTTLS'),
    size: offered.has('SIZE'),
    ...(limit > 0 ? { sizeLimit: limit } : {}),
    auth: new Set(offered.get('AUTH') ?? []),
  };
}
