import { parse, type Parser } from 'csv-parse';
import { MAX_RECORD_BYTES, parserFailure } from './csv-failure.js';
import { saysSomething, type CsvRow } from './csv-row.js';

/** Rows as csv-parse reads them. It works inside `write`; rows are taken from it by callback, so nothing waits in a stream buffer. */
export class ParsedRows {
  private rows: CsvRow[] = [];
  private lines = 0;
  private emptyLines = 0;
  /** Line ends of two characters inside cells, which the parser counts as two lines. */
  private pairs = 0;
  private failure: unknown;
  private readonly parser: Parser;

  /** @param before lines of the file before the first one given here */
  constructor(delimiter: string, private readonly before: number) {
    this.parser = parse({
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      max_record_size: MAX_RECORD_BYTES,
      on_record: (cells: string[], { lines, empty_lines: emptyLines }) => {
        const line = this.lineAfter(emptyLines);
        this.lines = lines;
        this.emptyLines = emptyLines;
        for (const cell of cells) if (cell.includes('\r\n')) this.pairs += cell.split('\r\n').length - 1;
        if (saysSomething(cells)) this.rows.push({ line, cells });
        return null;
      },
    });
    this.parser.on('error', (error) => (this.failure = error));
    this.parser.resume();
  }

  async write(bytes: Buffer): Promise<CsvRow[]> {
    await new Promise<void>((resolve, reject) => {
      this.parser.write(bytes, (error) => (error ? reject(this.named(error)) : resolve()));
    });
    return this.take();
  }

  async end(): Promise<CsvRow[]> {
    await new Promise<void>((resolve, reject) => {
      this.parser.once('end', resolve).once('error', (error) => reject(this.named(error))).end();
    });
    return this.take();
  }

  private named(error: unknown): Error {
    const failure = this.failure ?? error;
    const { empty_lines: emptyLines = this.emptyLines } = failure as { empty_lines?: number };
    return parserFailure(failure, this.lineAfter(emptyLines));
  }

  /** Where the row begins that follows the last one, behind so many empty lines of the whole text. */
  private lineAfter(emptyLines: number): number {
    return this.before + this.lines - this.pairs + 1 + emptyLines - this.emptyLines;
  }

  private take(): CsvRow[] {
    const taken = this.rows;
    this.rows = [];
    return taken;
  }
}
