import type { MessageHeader } from './content/checks/content-check.js';

/** A message as a mail program would show it, read back from its final bytes. */
export interface ReadMessage {
  readonly headers: readonly MessageHeader[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * Reads our own kind of message back: headers unfolded with encoded words decoded (RFC 2047), a `multipart/alternative` of UTF-8
 * parts under 7bit, 8bit or quoted-printable (RFC 2045). Written apart from what assembles it, so that the checks look at what leaves.
 */
export function readMessage(raw: Uint8Array): ReadMessage {
  const source = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');
  const { headers, body } = split(source);
  const boundary = /boundary="?([^";]+)"?/i.exec(valueOf(headers, 'content-type'))?.[1];
  const parts = boundary === undefined ? [source] : body.split(`--${boundary}`).slice(1, -1).map((part) => part.replace(/^\r\n/, ''));
  const read = { 'text/plain': '', 'text/html': '' };
  for (const part of parts) {
    const inner = split(part);
    const type = valueOf(inner.headers, 'content-type').split(';')[0]?.trim().toLowerCase();
    if (type === 'text/plain' || type === 'text/html') read[type] = decodeBody(inner.body.replace(/\r\n$/, ''), valueOf(inner.headers, 'content-transfer-encoding'));
  }
  return { headers, subject: valueOf(headers, 'subject'), text: read['text/plain'], html: read['text/html'] };
}

function split(source: string): { headers: MessageHeader[]; body: string } {
  const end = source.indexOf('\r\n\r\n');
  const head = end < 0 ? source : source.slice(0, end);
  const headers = head.replace(/\r\n([ \t])/g, '$1').split('\r\n').map((line) => {
    const colon = line.indexOf(':');
    return { name: line.slice(0, Math.max(colon, 0)), value: decodeWords(line.slice(colon + 1).trim()) };
  });
  return { headers, body: end < 0 ? '' : source.slice(end + 4) };
}

function valueOf(headers: readonly MessageHeader[], name: string): string {
  return headers.find((header) => header.name.toLowerCase() === name)?.value ?? '';
}

function decodeWords(value: string): string {
  const utf8 = Buffer.from(value, 'latin1').toString('utf8');
  return utf8
    .replace(/(=\?[^?\s]+\?[bq]\?[^?\s]*\?=)\s+(?==\?)/gi, '$1')
    .replace(/=\?utf-8\?([bq])\?([^?\s]*)\?=/gi, (_, encoding: string, text: string) =>
      (encoding.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : unquote(text.replace(/_/g, ' '))).toString('utf8'));
}

function decodeBody(body: string, encoding: string): string {
  const bytes = encoding.toLowerCase() === 'quoted-printable' ? unquote(body.replace(/[ \t]+(?=\r\n|$)/g, '').replace(/=\r\n/g, '')) : Buffer.from(body, 'latin1');
  return bytes.toString('utf8').replace(/\r\n/g, '\n');
}

function unquote(text: string): Buffer {
  return Buffer.from(text.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
}
