import type { IncomingMessage, ServerResponse } from 'node:http';

const LIMIT = 64 * 1024;
const bodies = new WeakMap<IncomingMessage, string>();

/**
 * Reads whatever is posted, of any type or none, before any parser can refuse it (OPT-07): at most 64 KiB are kept, the rest is thrown
 * away, and a broken upload counts as far as it came.
 */
export function readAnyBody(request: IncomingMessage, _response: ServerResponse, next: () => void): void {
  const parts: Buffer[] = [];
  let size = 0;
  let done = false;
  const finish = (): void => {
    if (done) return;
    done = true;
    bodies.set(request, Buffer.concat(parts).toString('utf8'));
    // Tells body parsers that nothing is left to read.
    Object.assign(request, { _body: true, body: {} });
    next();
  };
  request.on('data', (part: Buffer) => {
    if (size < LIMIT) parts.push(part.subarray(0, LIMIT - size));
    size += part.length;
  });
  for (const end of ['end', 'error', 'aborted', 'close']) request.once(end, finish);
}

export function bodyOf(request: IncomingMessage): string {
  return bodies.get(request) ?? '';
}

/** The first such field of a form body, urlencoded or multipart. */
export function formField(body: string, name: string): string | undefined {
  const at = body.indexOf(`; name="${name}"`);
  if (at >= 0) return /^[^\r\n]*(?:\r?\n[^\r\n]+)*\r?\n\r?\n([^\r\n]*)/.exec(body.slice(at))?.[1];
  return new URLSearchParams(body).get(name) ?? undefined;
}

const LINK = /^\/?[\w-]*\/?(?:\?|$)/;

/** A mangled link, such as one with a broken percent sign, is a link whose seal does not verify, and no bad request. */
export function mendLink(request: IncomingMessage, _response: ServerResponse, next: () => void): void {
  if (!LINK.test(request.url ?? '/')) request.url = '/-';
  next();
}
