import type { JobProgress } from '#http/jobs';
import type { Io } from './io.js';

const WIDTH = 28;

/** A bar on a terminal, a line for each tenth elsewhere, always on standard error; nothing at all for `--json`. */
export class Progress {
  private drawn = '';
  private tenth = -1;

  constructor(private readonly io: Pick<Io, 'stderr'>, private readonly label: string, private readonly silent: boolean) {}

  show({ percent, note, done, perSecond }: JobProgress): void {
    if (this.silent) return;
    const words = [
      percent === undefined ? '' : `${Math.floor(percent)} %`, note ?? '',
      done === undefined ? '' : String(done), perSecond === undefined ? '' : `${Math.round(perSecond)}/s`,
    ].filter((word) => word !== '').join(' · ');
    if (this.io.stderr.isTTY === true) return this.draw(percent, words);
    const tenth = percent === undefined ? -1 : Math.floor(percent / 10);
    if (tenth === this.tenth) return;
    this.tenth = tenth;
    this.io.stderr.write(`${this.label}: ${words}\n`);
  }

  end(): void {
    if (this.drawn !== '') this.io.stderr.write(`\r${' '.repeat(this.drawn.length)}\r`);
    this.drawn = '';
  }

  private draw(percent: number | undefined, words: string): void {
    const filled = Math.round(((percent ?? 0) / 100) * WIDTH);
    const bar = percent === undefined ? '' : `[${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}] `;
    const line = `${this.label} ${bar}${words}`.slice(0, (this.io.stderr.columns ?? 80) - 1);
    this.io.stderr.write(`\r${line.padEnd(this.drawn.length)}`);
    this.drawn = line;
  }
}
