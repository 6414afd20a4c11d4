import { csvFailure, MAX_RECORD_BYTES } from './csv-failure.js';
import { saysSomething, type CsvRow } from './csv-row.js';

const [LF, CR] = [0x0a, 0x0d];

/**
 * Rows of text without any quote: lines, cut at the delimiter. Line ends may be mixed. A line is decoded by itself, so that a cell that is
 * remembered keeps no more than its line in memory.
 */
export class PlainRows {
  private rest: Buffer = Buffer.alloc(0);
  private line = 1;

  constructor(private readonly delimiter: string) {}

  /** The rows that end in these bytes of valid UTF-8. */
  write(bytes: Buffer): CsvRow[] {
    const all = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    const rows: CsvRow[] = [];
    let from = 0;
    for (let end = all.indexOf(LF); end >= 0; end = all.indexOf(LF, from)) {
      this.take(all.toString('utf8', from, end), rows);
      from = end + 1;
    }
    // Line ends of the old kind: all but the last byte, which may begin a pair.
    const last = all.subarray(from, -1).lastIndexOf(CR);
    if (last >= 0) this.take(all.toString('utf8', from, from + last + 1), rows);
    this.rest = all.subarray(from + last + 1);
    if (this.rest.length > MAX_RECORD_BYTES) throw this.tooLong();
    return rows;
  }

  /** The last row, if no line end follows it. */
  end(): CsvRow[] {
    const rows: CsvRow[] = [];
    if (this.rest.length > 0) this.take(this.rest.toString('utf8'), rows);
    return rows;
  }

  /** What is not read yet, and the line on which it begins: for somebody who goes on. */
  leave(): { readonly rest: Buffer; readonly line: number } {
    return { rest: this.rest, line: this.line };
  }

  /** A line, or lines of the old kind; a line end of the old kind may be its last character. */
  private take(text: string, rows: CsvRow[]): void {
    for (const line of (text.endsWith('\r') ? text.slice(0, -1) : text).split('\r')) {
      if (line.length > MAX_RECORD_BYTES) throw this.tooLong();
      const cells = line.split(this.delimiter);
      if (saysSomething(cells)) rows.push({ line: this.line, cells });
      this.line += 1;
    }
  }

  private tooLong(): Error {
    return csvFailure('csv-row-too-long', this.line, `the row is longer than ${MAX_RECORD_BYTES / 1024} KB.`, 'Split the row, and look at its line end.');
  }
}
