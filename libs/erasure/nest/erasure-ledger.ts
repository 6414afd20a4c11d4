import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';

interface LedgerLine {
  readonly caseId: string;
  readonly kids: readonly string[];
  /** `YYYY-MM-DD` */
  readonly day: string;
}

/**
 * What was erased, outside every backup set: one JSON line per case, so that a restored backup can be erased again before it serves
 * (H12, RET-08). Nobody's address and no person's id stands in it.
 */
export class ErasureLedger {
  private known: Promise<Set<string>> | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly path: string) {}

  /** On disk when it resolves; a case whose keys stand there already is not written again. */
  record(line: LedgerLine): Promise<void> {
    const next = this.writing.then(() => this.recordNow(line));
    this.writing = next.catch(() => undefined);
    return next;
  }

  private async recordNow({ caseId, kids, day }: LedgerLine): Promise<void> {
    const known = await (this.known ??= this.read());
    const key = JSON.stringify([caseId, kids]);
    if (known.has(key)) return;
    const file = await open(this.path, 'a+', 0o600);
    try {
      // A line that a crash cut off must not swallow this one.
      const { size } = await file.stat();
      const last = size === 0 ? '\n' : (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString();
      await file.appendFile(`${last === '\n' ? '' : '\n'}${JSON.stringify({ caseId, kids, day })}\n`);
      await file.sync();
    } catch (error) {
      this.known = undefined;
      throw error;
    } finally {
      await file.close();
    }
    known.add(key);
  }

  private async read(): Promise<Set<string>> {
    const known = new Set<string>();
    try {
      for await (const text of createInterface({ input: createReadStream(this.path), crlfDelay: Infinity })) {
        const line = parsed(text);
        if (line !== undefined) known.add(JSON.stringify([line.caseId, line.kids]));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return known;
  }
}

function parsed(text: string): LedgerLine | undefined {
  try {
    return JSON.parse(text) as LedgerLine;
  } catch {
    return undefined;
  }
}
