import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A message whose final dot was read here. */
export interface Arrival {
  readonly to: string;
  readonly dispatchId: string;
  /** Of the link to leave, as RFC 8058 gives it. */
  readonly token: string;
  /** Milliseconds of `performance.now()` in this process. */
  readonly at: number;
}

/**
 * The recipients' mail server: plain SMTP on the loopback that takes everything and answers a final dot after `patience` ms. All that
 * happens here and at the recipients happens in one process, so one clock tells what came first.
 */
export class MailSink {
  readonly arrivals: Arrival[] = [];
  patience: () => number = () => 0;
  /** A recipient was named; nothing of the message is here yet. */
  onRecipient: (address: string) => void = () => undefined;
  onArrival: (arrival: Arrival) => void = () => undefined;
  private readonly sockets = new Set<Socket>();
  private quiet: (() => void)[] = [];

  private constructor(private readonly server: Server) {}

  static async open(): Promise<MailSink> {
    const server = createServer({ noDelay: true });
    const sink = new MailSink(server);
    server.on('connection', (socket) => sink.serve(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return sink;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Resolves when no connection is left: all that a dead process wrote has been read. */
  drained(): Promise<void> {
    return this.sockets.size === 0 ? Promise.resolve() : new Promise((resolve) => this.quiet.push(resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => {
      this.sockets.delete(socket);
      if (this.sockets.size === 0) for (const told of this.quiet.splice(0)) told();
    });
    const say = (line: string): void => void (socket.writable && socket.write(`${line}\r\n`));
    let input = '';
    let to = '';
    let inBody = false;
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      input += chunk;
      for (;;) {
        const end = input.indexOf(inBody ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const text = input.slice(0, end);
        input = input.slice(end + (inBody ? 5 : 2));
        if (inBody) {
          inBody = false;
          this.arrived(text, to);
          setTimeout(() => say('250 2.0.0 kept'), this.patience());
          continue;
        }
        const verb = text.slice(0, 4).toUpperCase();
        if (verb === 'RCPT') {
          to = /<(.*)>/.exec(text)?.[1] ?? '';
          this.onRecipient(to);
        }
        inBody = verb === 'DATA';
        if (verb === 'EHLO') say('250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES');
        else if (verb === 'QUIT') socket.end('221 2.0.0 bye\r\n');
        else say(inBody ? '354 go on' : '250 2.0.0 ok');
      }
    });
    say('220 sink.test ESMTP');
  }

  private arrived(raw: string, to: string): void {
    const headers = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
    const dispatchId = /^Message-ID: *<([a-z2-7]{26})@/im.exec(headers)?.[1];
    const token = /^List-Unsubscribe: *.*<https?:\/\/[^>]*\/u\/ *([^> ]+)>/im.exec(headers)?.[1];
    if (dispatchId === undefined || token === undefined) throw new Error('A message without our Message-ID or link arrived.');
    const arrival = { to, dispatchId, token, at: performance.now() };
    this.arrivals.push(arrival);
    this.onArrival(arrival);
  }
}
