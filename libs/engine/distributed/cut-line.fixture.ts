import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A line to a service that a test can cut, mend, let swallow one reply or fall silent. */
export class CutLine {
  private readonly sockets = new Set<Socket>();
  private swallowing: string | undefined;
  private silent = false;
  private server: Server | undefined;
  port = 0;
  swallowed = 0;

  private constructor(private readonly host: string, private readonly to: number) {}

  static async to(url: string): Promise<CutLine> {
    const { hostname, port } = new URL(url);
    const line = new CutLine(hostname, Number(port));
    await line.mend();
    return line;
  }

  /** The same connection string through this line, and never round it. */
  through(url: string): string {
    const here = new URL(url);
    here.host = `127.0.0.1:${this.port}`;
    if (here.protocol === 'mongodb:') here.searchParams.set('directConnection', 'true');
    return here.href;
  }

  async mend(): Promise<void> {
    this.silent = false;
    this.server = createServer((socket) => this.join(socket)).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async cut(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
    if (server !== undefined) await new Promise((closed) => server.close(closed));
  }

  /** The service gets the next request that holds the word and does it; its answer is lost with the connection. */
  swallowReplyTo(word: string): void {
    this.swallowing = word;
  }

  /** Takes what is written and passes nothing on, as a machine does that lost its power. */
  fallSilent(): void {
    this.silent = true;
  }

  private join(client: Socket): void {
    const service = connect(this.to, this.host);
    let lost = false;
    for (const socket of [client, service]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        service.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (this.silent) return;
      if (this.swallowing !== undefined && chunk.includes(this.swallowing)) {
        lost = true;
        this.swallowing = undefined;
      }
      service.write(chunk);
    });
    service.on('data', (chunk) => {
      if (this.silent) return false;
      if (!lost) return client.write(chunk);
      this.swallowed += 1;
      client.destroy();
      return false;
    });
  }
}
