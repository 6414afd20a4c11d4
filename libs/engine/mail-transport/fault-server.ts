import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { SmtpOptions } from './smtp-options.js';
import { testCertificate } from './test-certificate.js';

export const FAULT_PHASES = ['connect', 'greeting', 'ehlo', 'mail', 'rcpt', 'data', 'before-final-dot', 'after-final-dot'] as const;
export const FAULT_ACTIONS = ['refuse-temporary', 'refuse-permanent', 'stall', 'drop', 'reset'] as const;

export interface Fault {
  /** `before-final-dot` strikes at the first octets of the body: the body must exceed what the kernel buffers (a few MiB) to be caught before its dot. */
  readonly phase: (typeof FAULT_PHASES)[number];
  readonly action: (typeof FAULT_ACTIONS)[number];
}

export interface FaultServerOptions {
  readonly mode: 'plain' | 'starttls' | 'tls';
  /** Keywords offered after EHLO; default PIPELINING, 8BITMIME, ENHANCEDSTATUSCODES. */
  readonly extensions?: readonly string[];
  /** Replaces the reply to a verb (`BANNER`, `EHLO`, …, `.` for the final dot) by these octets; undefined keeps the usual one. */
  readonly reply?: (verb: string, line: string) => string | undefined;
}

/** A message whose final dot arrived here, dots unstuffed. */
export interface ReceivedMessage {
  readonly from: string;
  readonly to: string;
  readonly raw: Buffer;
}

const certificate = testCertificate();
const secureContext = createSecureContext(certificate);

/** Test helper: a real SMTP server on a random loopback port that fails where it is told to. */
export class FaultServer {
  /** Holds for what happens from now on; undefined works normally. */
  fault: Fault | undefined;
  readonly received: ReceivedMessage[] = [];
  readonly commands: string[] = [];
  readonly sockets = new Set<Socket>();
  connections = 0;
  #port = 0;
  readonly #server: Server;

  private constructor(readonly options: FaultServerOptions) {
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.connections += 1;
      this.sockets.add(socket.on('close', () => this.sockets.delete(socket)).on('error', () => undefined));
      new FaultSession(this, socket).begin();
    });
  }

  static async start(options: FaultServerOptions): Promise<FaultServer> {
    const made = new FaultServer(options);
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    made.#port = (made.#server.address() as AddressInfo).port;
    return made;
  }

  /** Settings of a client that trusts this server. */
  get smtp(): Pick<SmtpOptions, 'host' | 'port' | 'security' | 'tls' | 'clientName'> {
    const security = this.options.mode === 'plain' ? 'none' : this.options.mode;
    return { host: '127.0.0.1', port: this.#port, security, tls: { ca: certificate.cert, servername: 'localhost' }, clientName: 'client.test' };
  }

  /** Stops listening, so that a new connection is refused, and cuts those that are open. */
  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

class FaultSession {
  #stream: Socket;
  #input = Buffer.alloc(0);
  #body: Buffer[] | undefined;
  #from = '';
  #to = '';
  #silent = false;

  constructor(private readonly server: FaultServer, private readonly raw: Socket) {
    this.#stream = raw;
  }

  begin(): void {
    if (this.#struck('connect')) return;
    if (this.server.options.mode === 'tls') this.#secure();
    else this.#stream.on('data', (chunk) => this.#read(chunk));
    if (!this.#struck('greeting')) this.#say('BANNER', '', '220 peer.test ESMTP');
  }

  #secure(): void {
    this.raw.removeAllListeners('data');
    this.#stream = new TLSSocket(this.raw, { isServer: true, secureContext });
    this.#stream.on('error', () => undefined).on('data', (chunk: Buffer) => this.#read(chunk));
  }

  #read(chunk: Buffer): void {
    if (this.#silent) return;
    if (this.#body !== undefined) return this.#collect(chunk);
    this.#input = Buffer.concat([this.#input, chunk]);
    for (let end = this.#input.indexOf('\r\n'); end !== -1 && !this.#silent; end = this.#input.indexOf('\r\n')) {
      const line = this.#input.toString('utf8', 0, end);
      this.#input = this.#input.subarray(end + 2);
      this.#command(line);
    }
  }

  #command(line: string): void {
    const verb = line.slice(0, 4).toUpperCase();
    this.server.commands.push(line);
    const phase = verb.toLowerCase() as Fault['phase'];
    if (['EHLO', 'MAIL', 'RCPT', 'DATA'].includes(verb) && this.#struck(phase)) return;
    if (verb === 'EHLO') {
      const { mode, extensions = ['PIPELINING', '8BITMIME', 'ENHANCEDSTATUSCODES'] } = this.server.options;
      const offered = ['peer.test', ...extensions, ...(mode === 'starttls' && this.#stream === this.raw ? ['STARTTLS'] : [])];
      return void this.#say(verb, line, offered.map((word, at) => `250${at === offered.length - 1 ? ' ' : '-'}${word}`).join('\r\n'));
    }
    if (verb === 'STAR') {
      this.#say(verb, line, '220 go ahead');
      return this.#secure();
    }
    if (verb === 'MAIL') [this.#from, this.#to] = [/<(.*)>/.exec(line)?.[1] ?? '', ''];
    if (verb === 'RCPT') this.#to = /<(.*)>/.exec(line)?.[1] ?? '';
    if (verb === 'DATA') {
      if (this.#say(verb, line, '354 go on').startsWith('354')) this.#body = [];
      return;
    }
    if (verb === 'QUIT') return void this.#stream.end('221 2.0.0 bye\r\n');
    this.#say(verb, line, '250 2.0.0 ok');
  }

  #collect(chunk: Buffer): void {
    if (this.#struck('before-final-dot')) return;
    const body = this.#body!;
    body.push(chunk);
    const tail = Buffer.concat(body.slice(-6)).subarray(-5).toString('latin1');
    if (tail !== '\r\n.\r\n' && !(tail === '.\r\n' && body.length === 1)) return;
    const whole = Buffer.concat(body);
    this.#body = undefined;
    const raw = Buffer.from(whole.toString('latin1', 0, whole.length - 3).replace(/(^|\n)\./g, '$1'), 'latin1');
    const refused = this.server.fault?.phase === 'after-final-dot' && this.server.fault.action.startsWith('refuse');
    if (!refused) this.server.received.push({ from: this.#from, to: this.#to, raw });
    if (!this.#struck('after-final-dot')) this.#say('.', '', '250 2.0.0 kept');
  }

  #say(verb: string, line: string, usual: string): string {
    const text = this.server.options.reply?.(verb, line) ?? `${usual}\r\n`;
    this.#stream.write(text);
    return text;
  }

  #struck(phase: Fault['phase']): boolean {
    if (this.server.fault?.phase !== phase) return false;
    const { action } = this.server.fault;
    this.#silent = !action.startsWith('refuse') || phase === 'before-final-dot' || phase === 'connect';
    if (action === 'reset' || (phase === 'connect' && action !== 'drop' && action !== 'stall')) this.raw.resetAndDestroy();
    else if (action === 'drop') this.#stream.destroy();
    else if (action !== 'stall') this.#stream.write(action === 'refuse-temporary' ? '451 4.3.2 not now\r\n' : '550 5.7.1 never\r\n');
    if (this.#silent && action !== 'drop' && action !== 'reset') this.#stream.pause();
    return true;
  }
}
