import { PassThrough, Readable, Writable } from 'node:stream';
import { run } from '#apps/cli/program';

export interface CliRun {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as the one JSON document that --json promises. */
  readonly json: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- assertions check what came
}

export interface CliOptions {
  readonly stdin?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Answers of a person at a terminal: question part → answer. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

class Sink extends Writable {
  text = '';
  constructor(readonly isTTY: boolean, private readonly heard: (text: string) => void = () => undefined) { super(); }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    this.heard(chunk.toString('utf8'));
    done();
  }
}

/** One command line in this process, with streams for a terminal. */
export async function cli(argv: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const terminal = options.answers !== undefined;
  const typed = new PassThrough();
  const stdin = terminal ? Object.assign(typed, { isTTY: true }) : Readable.from([Buffer.from(options.stdin ?? '')]);
  const out = new Sink(terminal);
  const err = new Sink(terminal, (text) => {
    if (!/[:\]] $/.test(text)) return;
    const answer = Object.entries(options.answers ?? {}).find(([question]) => text.includes(question))?.[1] ?? '';
    setImmediate(() => typed.write(`${answer}\n`));
  });
  const exit = await run(argv, { stdin, stdout: out, stderr: err, env: options.env ?? {}, cwd: options.cwd ?? process.cwd(), interrupted: options.signal ?? new AbortController().signal });
  return { exit, out: out.text, err: err.text, get json() { return JSON.parse(out.text) as unknown; } };
}

/** Options of `init` for a complete installation. */
export const INIT_FLAGS = [
  '--yes', '--name', 'Pakiruum Scanners OÜ', '--street', 'Tartu mnt 83', '--postcode', '10115', '--locality', 'Tallinn', '--country', 'ee',
  '--privacy-contact', 'privacy@sender.example', '--from-address', 'sales@sender.example', '--port', '0',
];
