/** Tells the demo to a person: numbered chapters, plain lines, promises with a tick or a cross, and one progress bar. */
export class Story {
  private chapterNumber = 0;
  private readonly broken: string[] = [];
  private kept = 0;

  constructor(private readonly out: NodeJS.WriteStream = process.stdout) {}

  chapter(title: string): void {
    this.chapterNumber += 1;
    this.line('');
    this.line(this.bold(`${this.chapterNumber}. ${title}`));
  }

  line(text: string): void {
    this.out.write(`${text}\n`);
  }

  say(text: string): void {
    this.line(`   ${text}`);
  }

  /** A promise of the product, checked on what really happened. */
  promise(text: string, holds: boolean): void {
    if (holds) this.kept += 1;
    else this.broken.push(text);
    this.line(`   ${holds ? this.paint('✓', 32) : this.paint('✗', 31)} ${text}`);
  }

  /** Redraws one line on a terminal; elsewhere only the last state is printed. */
  progress(label: string, done: number, total: number): void {
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const bar = `${'█'.repeat(Math.round(share * 28))}${'░'.repeat(28 - Math.round(share * 28))}`;
    const text = `   ${label} ${bar} ${done}/${total}`;
    if (this.out.isTTY) this.out.write(`\r${text}${share === 1 ? '\n' : ''}`);
    else if (share === 1) this.line(text);
  }

  get failures(): readonly string[] {
    return this.broken;
  }

  get promisesKept(): number {
    return this.kept;
  }

  private bold(text: string): string {
    return this.paint(text, 1);
  }

  private paint(text: string, code: number): string {
    return this.out.isTTY ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}
