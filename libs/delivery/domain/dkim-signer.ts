import { createHash, sign } from 'node:crypto';
import { BadInput } from '#kernel/errors';
import { readHeaders, relaxedBody, relaxedHeader, type RawHeader } from './dkim-canonical.js';
import type { DkimKey } from '#kernel/dkim/dkim-key';
import { domainALabel } from './domain-a-label.js';
import { MARKER_HEADER } from './mime-message.js';

export interface DkimOptions {
  /** The `d=` domain, aligned with the From address by the caller. */
  readonly domain: string;
  readonly selector: string;
  readonly key: DkimKey;
  /** The `t=` of the signature. */
  readonly now: Date;
}

/** Signed once more than they occur, so that nobody can add another one below the signature (RFC 6376 section 8.15). */
const SEALED = ['From', 'To', 'Date', 'Subject', 'Reply-To', 'List-Unsubscribe', 'List-Unsubscribe-Post'];
const SIGNED = [...SEALED, 'Message-ID', 'MIME-Version', 'Content-Type', 'List-Id', MARKER_HEADER];

/**
 * Prepends a DKIM-Signature (RFC 6376): rsa-sha256, relaxed/relaxed, no `l=`, `h=` always naming both List-Unsubscribe
 * headers (RFC 8058 section 4, SND-07). The body hash is taken at once, the RSA signature on the thread pool.
 * Rejects with `BadInput` (SND-07) for a message without From or with a line end other than CRLF.
 */
export async function dkimSign(message: Uint8Array, options: DkimOptions): Promise<Uint8Array> {
  const { headers, bodyStart } = readHeaders(message);
  const { names, canonical } = signedHeaders(headers);
  if (!/^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/i.test(options.selector)) {
    throw new BadInput('The DKIM selector is not a DNS name.', { code: 'bad-dkim-selector', rule: 'SND-07', fix: 'Use letters, digits, dots and hyphens.' });
  }
  const bodyHash = createHash('sha256').update(relaxedBody(message, bodyStart)).digest('base64');
  const tags = [
    `v=1; a=rsa-sha256; c=relaxed/relaxed; d=${domainALabel(options.domain)};`,
    `s=${options.selector}; t=${Math.floor(options.now.getTime() / 1000)};`,
    ...foldNames(names),
    `bh=${bodyHash};`,
    'b=',
  ];
  const signature = await signOnPool(`${canonical}dkim-signature:${tags.join(' ')}`, options.key);
  const folded = signature.match(/.{1,72}/g) ?? [];
  const header = `DKIM-Signature: ${tags.join('\r\n ')}${folded.join('\r\n ')}\r\n`;
  return Buffer.concat([Buffer.from(header, 'latin1'), message]);
}

function signedHeaders(headers: readonly RawHeader[]): { names: string[]; canonical: string } {
  const names: string[] = [];
  let canonical = '';
  for (const name of SIGNED) {
    const key = name.toLowerCase();
    const present = headers.filter((header) => header.name.length === key.length && header.name.toLowerCase() === key);
    if (key === 'from' && present.length === 0) {
      throw new BadInput('The message has no From header to sign.', { code: 'no-from-header', rule: 'SND-07' });
    }
    // The verifier reads repeated names from the bottom of the message upwards.
    for (const header of present.reverse()) {
      names.push(name);
      canonical += `${relaxedHeader(name, header.raw)}\r\n`;
    }
    if (SEALED.includes(name)) names.push(name);
  }
  return { names, canonical };
}

function foldNames(names: readonly string[]): string[] {
  const lines: string[] = [];
  let line = 'h=';
  names.forEach((name, index) => {
    const piece = `${name}${index === names.length - 1 ? ';' : ':'}`;
    if (line.length + piece.length > 75) {
      lines.push(line);
      line = '';
    }
    line += piece;
  });
  return [...lines, line];
}

function signOnPool(data: string, key: DkimKey): Promise<string> {
  return new Promise((resolve, reject) => {
    sign('sha256', Buffer.from(data, 'latin1'), key.privateKey, (error, signature) => {
      if (error === null) resolve(signature.toString('base64'));
      else reject(error);
    });
  });
}
