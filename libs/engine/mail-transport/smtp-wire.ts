import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { SmtpDeadline } from './smtp-deadline.js';
import type { CheckedSmtpOptions } from './smtp-options.js';
import type { WireFault } from './smtp-outcome.js';
import { MalformedReply, ReplyReader, type SmtpReply } from './smtp-reply.js';

/** Raised by the promise forms of the wire when the session ends while they wait. */
export class WireDown extends Error {
  constructor(readonly fault: WireFault) {
    super(fault.detail);
  }
}

const NETWORK_CODES = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNREFUSED', 'ECONNABORTED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'ENOTFOUND', 'EAI_AGAIN']);

/** One socket that carries SMTP, in clear or under TLS. It ends once, with one fault, and never throws from an event. */
export class SmtpWire {
  fault: WireFault | undefined;
  secure = false;
  onDown: ((fault: WireFault) => void) | undefined;
  /** Who gets the replies. A reply that nobody waits for ends the session: it would be taken for the answer to the next command. */
  onReply: ((reply: SmtpReply) => void) | undefined;
  #securing = false;
  #raw: Socket | undefined;
  #stream: Socket | undefined;
  #reader = this.#newReader();
  readonly #deadline = new SmtpDeadline(() => this.end({ cause: 'timeout', detail: 'timeout' }));

  constructor(private readonly options: CheckedSmtpOptions) {}

  /** Octets written that this process still holds. */
  get unflushed(): number {
    return this.#stream?.writableLength ?? 0;
  }

  /** Whether octets of the server are waiting that belong to no reply given out yet. */
  get hasInput(): boolean {
    return this.#reader.hasInput;
  }

  get remoteAddress(): string {
    return this.#raw?.remoteAddress ?? '';
  }

  connect(ms: number): Promise<void> {
    const { host, port } = this.options;
    return this.#until(ms, (done) => {
      this.#raw = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 });
      this.#listen(this.#raw);
      this.#raw.once('connect', done);
    });
  }

  /** Puts TLS 1.2 or newer under the session. Nothing read in clear is carried over. */
  startTls(ms: number): Promise<void> {
    const raw = this.#raw!;
    const { host, tls } = this.options;
    const servername = tls?.servername ?? (isIP(host) === 0 ? host : undefined);
    return this.#until(ms, (done) => {
      raw.removeAllListeners('data');
      this.#reader.stop();
      this.#reader = this.#newReader();
      this.#securing = true;
      const secured = connectTls({
        socket: raw, host, minVersion: 'TLSv1.2', rejectUnauthorized: tls?.rejectUnauthorized ?? true,
        ...(servername === undefined ? {} : { servername }), ...(tls?.ca === undefined ? {} : { ca: tls.ca as string }),
      });
      this.#listen(secured);
      secured.once('secureConnect', () => {
        this.#securing = false;
        this.secure = true;
        done();
      });
    });
  }

  /** Writes a command, or nothing, and waits for one reply. @throws WireDown */
  ask(command: string | undefined, ms: number): Promise<SmtpReply> {
    return this.#until<SmtpReply>(ms, (done) => {
      this.onReply = done;
      if (command !== undefined) this.write(`${command}\r\n`);
    });
  }

  write(data: string | Uint8Array, done?: () => void): void {
    if (typeof data === 'string') this.#stream!.write(data, 'utf8');
    else this.#stream!.write(data, done === undefined ? undefined : (error) => { if (!error) done(); });
  }

  /** Lets several writes leave as one. */
  together(writes: () => void): void {
    const stream = this.#stream!;
    stream.cork();
    writes();
    if (this.fault === undefined) stream.uncork();
  }

  arm(ms: number): void {
    this.#deadline.arm(ms);
  }

  disarm(): void {
    this.#deadline.disarm();
  }

  /** Ends the session; the first fault counts. What is still in our buffers, and where possible in the kernel's, is not sent any more. */
  end(fault: WireFault): void {
    if (this.fault !== undefined) return;
    this.fault = fault;
    this.#deadline.stop();
    this.#reader.stop();
    if (this.#raw !== undefined) {
      if (fault.cause !== 'connection' && !this.#raw.connecting && this.#raw === this.#stream) this.#raw.resetAndDestroy();
      this.#stream?.destroy();
      this.#raw.destroy();
    }
    this.onDown?.(fault);
  }

  #until<T = void>(ms: number, begin: (done: (value: T) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.fault !== undefined) return reject(new WireDown(this.fault));
      this.onDown = (fault) => reject(new WireDown(fault));
      this.arm(ms);
      begin((value) => {
        this.disarm();
        this.onDown = undefined;
        this.onReply = undefined;
        resolve(value);
      });
    });
  }

  #newReader(): ReplyReader {
    return new ReplyReader((reply) => {
      if (this.onReply === undefined) this.end(reply.code === 421 ? { cause: 'connection', detail: 'server-closes' } : { cause: 'protocol', detail: 'reply-unasked' });
      else this.onReply(reply);
    });
  }

  #listen(stream: Socket): void {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => this.#read(chunk));
    stream.on('end', () => this.end({ cause: 'connection', detail: 'closed-by-server' }));
    stream.on('close', () => this.end({ cause: 'connection', detail: 'closed' }));
    stream.on('error', (error: NodeJS.ErrnoException) => this.end(this.#faultOf(error)));
  }

  #read(chunk: Buffer): void {
    try {
      this.#reader.push(chunk);
    } catch (error) {
      if (!(error instanceof MalformedReply)) throw error;
      this.end({ cause: 'protocol', detail: error.message });
    }
  }

  #faultOf(error: NodeJS.ErrnoException): WireFault {
    const detail = error.code ?? 'socket-error';
    return this.#securing && !NETWORK_CODES.has(detail) ? { cause: 'tls', detail, lasting: true } : { cause: 'connection', detail };
  }
}
