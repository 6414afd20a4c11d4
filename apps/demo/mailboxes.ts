import { writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export interface Letter {
  readonly to: string;
  readonly subject: string;
  /** The one URI of List-Unsubscribe. */
  readonly oneClick: string | undefined;
  /** Every link in both parts. */
  readonly links: readonly string[];
  readonly messageId: string;
  readonly raw: Buffer;
}

/** The recipients' mailboxes: a real SMTP server on this machine that keeps each message as a file. */
export class Mailboxes {
  readonly letters: Letter[] = [];
  private readonly server: SMTPServer;
  private reading: Promise<void> = Promise.resolve();

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    this.server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'], logger: false, disableReverseLookup: true,
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const raw = Buffer.concat(chunks);
          const to = session.envelope.rcptTo[0]?.address ?? '';
          this.reading = this.reading.then(() => this.keep(to, raw));
          done();
        });
      },
    });
  }

  async open(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, '127.0.0.1', resolve);
    });
    return (this.server.server.address() as { port: number }).port;
  }

  /** Resolves when everything that arrived has been read. */
  async settled(): Promise<void> {
    await this.reading;
  }

  async close(): Promise<void> {
    await this.settled();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async keep(to: string, raw: Buffer): Promise<void> {
    const mail = await PostalMime.parse(raw);
    const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value;
    const body = `${mail.text ?? ''}\n${mail.html ?? ''}`;
    this.letters.push({
      to, raw, subject: mail.subject ?? '', messageId: mail.messageId ?? '',
      oneClick: /<([^>]+)>/.exec(header('list-unsubscribe') ?? '')?.[1],
      links: [...new Set([...body.matchAll(/https?:\/\/[^\s"'<>)]+/g)].map(([link]) => link.replace(/&amp;/g, '&')))],
    });
    writeFileSync(join(this.folder, `${String(this.letters.length).padStart(4, '0')}.eml`), raw);
  }
}
