import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A line to Redis that a test can cut, mend, or let fall silent. */
export class RedisLine {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private port = 0;
  private silent = false;

  private constructor(private readonly to: URL) {}

  static async to(url: string): Promise<RedisLine> {
    const line = new RedisLine(new URL(url));
    await line.mend();
    return line;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
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

  /** Takes what is written and answers nothing more, as a machine does that lost its power. */
  fallSilent(): void {
    this.silent = true;
  }

  private join(client: Socket): void {
    const redis = connect(Number(this.to.port), this.to.hostname);
    for (const [from, to] of [[client, redis], [redis, client]] as const) {
      this.sockets.add(from);
      from.on('error', () => undefined).on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      from.on('data', (chunk) => void (this.silent || to.write(chunk)));
    }
  }
}
