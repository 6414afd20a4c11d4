import { createReadStream, existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { ErasureLedger, LedgerLine } from './erasure-ledger.port.js';

/** A file with one JSON line per case, outside every backup set. */
export class EmbeddedErasureLedger implements ErasureLedger {
  private known: Promise<Set<string>> | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly path: string) {}

  record(line: LedgerLine): Promise<void> {
    const next = this.writing.then(() => this.recordNow(line));
    this.writing = next.catch(() => undefined);
    return next;
  }

  /** A line that a crash cut off is passed over: its case was not acknowledged, and wrote another one. */
  async *lines(): AsyncGenerator<LedgerLine> {
    if (!existsSync(this.path)) return;
    for await (const text of createInterface({ input: createReadStream(this.path), crlfDelay: Infinity })) {
      const line = parsed(text);
      if (line !== undefined) yield line;
    }
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
    for await (const { caseId, kids } of this.lines()) known.add(JSON.stringify([caseId, kids]));
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
