/** One complete reply (RFC 5321 §4.2); `lines` without code and line ends, control characters removed. */
export interface SmtpReply {
  readonly code: number;
  readonly lines: readonly string[];
}

/** Longest reply line in octets, with its line end. RFC 5321 §4.5.3.1.5 asks for 512; real servers exceed it. */
export const MAX_REPLY_LINE = 2048;
export const MAX_REPLY_LINES = 64;

/** The peer does not speak SMTP; the session cannot go on. */
export class MalformedReply extends Error {}

export function replyText(reply: SmtpReply): string {
  return reply.lines.length === 1 ? reply.lines[0]! : reply.lines.join(' ');
}

const ENHANCED = /^([245]\.\d{1,3}\.\d{1,3})(?:\s|$)/;

/** The enhanced status code (RFC 3463, RFC 2034) of a reply, if it has one and its class agrees with the reply code. */
export function enhancedStatus(reply: SmtpReply): string | undefined {
  const found = ENHANCED.exec(reply.lines[0] ?? '')?.[1];
  return found !== undefined && found.charCodeAt(0) - 48 === Math.floor(reply.code / 100) ? found : undefined;
}

const EMPTY = Buffer.alloc(0);
const LINE = /^([2-5][0-9]{2})(?:([ -])(.*))?$/s;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]+/g;

/** Cuts the byte stream of a server into replies; bounded in line length and number of lines. */
export class ReplyReader {
  #rest: Buffer = EMPTY;
  #offset = 0;
  #code = 0;
  #lines: string[] = [];
  #stopped = false;

  constructor(private readonly onReply: (reply: SmtpReply) => void) {}

  /** Whether octets arrived that are not part of a reply already given out. */
  get hasInput(): boolean {
    return this.#offset < this.#rest.length || this.#lines.length > 0;
  }

  /** Gives out nothing more, even from octets already pushed. */
  stop(): void {
    this.#stopped = true;
  }

  /** @throws MalformedReply when a cap is exceeded or a line is no reply line */
  push(chunk: Buffer): void {
    this.#rest = this.#offset < this.#rest.length ? Buffer.concat([this.#rest.subarray(this.#offset), chunk]) : chunk;
    this.#offset = 0;
    while (!this.#stopped) {
      const end = this.#rest.indexOf(10, this.#offset);
      const length = (end === -1 ? this.#rest.length : end + 1) - this.#offset;
      if (length > MAX_REPLY_LINE) throw new MalformedReply('reply-line-too-long');
      if (end === -1) return;
      const stop = end > this.#offset && this.#rest[end - 1] === 13 ? end - 1 : end;
      const line = this.#rest.toString('utf8', this.#offset, stop);
      this.#offset = end + 1;
      this.#take(line);
    }
  }

  #take(line: string): void {
    const parts = LINE.exec(line);
    if (parts === null) throw new MalformedReply('reply-not-smtp');
    const code = Number(parts[1]);
    if (this.#lines.length > 0 && code !== this.#code) throw new MalformedReply('reply-codes-differ');
    if (this.#lines.length >= MAX_REPLY_LINES) throw new MalformedReply('reply-too-many-lines');
    this.#code = code;
    this.#lines.push((parts[3] ?? '').replace(CONTROL, ' '));
    if (parts[2] === '-') return;
    const lines = this.#lines;
    this.#lines = [];
    this.onReply({ code, lines });
  }
}
