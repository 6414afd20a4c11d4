import { csvFailure, MAX_RECORD_LENGTH } from './csv-failure.js';

export interface CsvRow {
  /** Line on which the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

const [LF, CR, QUOTE] = [0x0a, 0x0d, 0x22];
/** UTF-8 bytes of one unit of a string, at most. */
const BYTES_OF_A_UNIT = 3;

/**
 * Cuts valid UTF-8, piece by piece, into rows (RFC 4180, any mixture of line ends). Lines without quotes, nearly all of them, are split
 * as they are; the others are read character by character. A row is decoded by itself, so that a cell that is remembered keeps
 * no more than its row in memory. Rows without any text are left out.
 * @throws BadInput with the line for broken quotes and rows that are too long
 */
export class RowSplitter {
  private rest: Buffer = Buffer.alloc(0);
  private rows: CsvRow[] = [];
  /** Line that is read next, and line on which the row in hand begins. */
  private line = 1;
  private begin = 1;
  /** Of the row in hand: finished cells, the beginning of the next one, and its length so far. */
  private cells: string[] = [];
  private cell = '';
  private length = 0;
  private state: 'open' | 'quoted' | 'closed' = 'open';

  constructor(private readonly delimiter: string) {}

  /** The rows that end in these bytes. */
  push(bytes: Buffer): CsvRow[] {
    const all = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    const quotes = all.includes(QUOTE) || this.state === 'quoted';
    let from = 0;
    for (let end = all.indexOf(LF); end >= 0; end = all.indexOf(LF, from)) {
      this.take(all.toString('utf8', from, end), quotes);
      from = end + 1;
    }
    // A file with line ends of the old kind: all but its last byte, which may begin a pair.
    const last = all.subarray(from, -1).lastIndexOf(CR) + 1;
    if (last > 0) this.read(all.toString('utf8', from, from + last));
    this.rest = all.subarray(from + last);
    if (this.rest.length > BYTES_OF_A_UNIT * MAX_RECORD_LENGTH) throw this.tooLong();
    return this.taken();
  }

  /** The last row, if no line end follows it. */
  end(): CsvRow[] {
    this.read(this.rest.toString('utf8'));
    if (this.state === 'quoted') {
      throw csvFailure('csv-quote-open', this.begin, 'a quote is opened in this row and never closed.', 'Close the quote, or double it ("") where it belongs to the text.');
    }
    this.finish();
    return this.taken();
  }

  private take(text: string, quotes: boolean): void {
    if (quotes && (this.state === 'quoted' || text.includes('"'))) return this.read(`${text}\n`);
    const back = text.indexOf('\r');
    if (back >= 0 && back < text.length - 1) return this.read(`${text}\n`);
    if (text.length > MAX_RECORD_LENGTH) throw this.tooLong();
    this.keep((back < 0 ? text : text.slice(0, back)).split(this.delimiter));
    this.begin = this.line += 1;
  }

  /** Character by character. What is not finished at the end goes on with the next text. */
  private read(text: string): void {
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at] as string;
      this.length += 1;
      if (this.length > MAX_RECORD_LENGTH) throw this.tooLong();
      const pair = character === '\r' && text[at + 1] === '\n';
      if (character === '\n' || (character === '\r' && !pair)) this.line += 1;
      if (this.state === 'quoted') {
        if (character !== '"') this.cell += character;
        else if (text[at + 1] === '"') this.cell += text[at += 1];
        else this.state = 'closed';
      } else if (character === this.delimiter) {
        this.finishCell();
      } else if (character === '\n' || character === '\r') {
        if (pair) {
          at += 1;
          this.line += 1;
        }
        this.finish();
      } else if (this.state === 'closed' || (character === '"' && this.cell !== '')) {
        throw csvFailure('csv-quote-broken', this.line, 'a quote stands inside a cell.', 'Put the whole cell in quotes and double the quotes inside it ("").');
      } else if (character === '"') {
        this.state = 'quoted';
      } else {
        this.cell += character;
      }
    }
  }

  private finishCell(): void {
    this.cells.push(this.cell);
    this.cell = '';
    this.state = 'open';
  }

  private finish(): void {
    this.finishCell();
    this.keep(this.cells);
    this.cells = [];
    this.begin = this.line;
    this.length = 0;
  }

  private keep(cells: readonly string[]): void {
    if (cells.some((cell) => cell.trim() !== '')) this.rows.push({ line: this.begin, cells });
  }

  private taken(): CsvRow[] {
    const { rows } = this;
    this.rows = [];
    return rows;
  }

  private tooLong(): Error {
    return csvFailure('csv-row-too-long', this.begin, `the row is longer than ${MAX_RECORD_LENGTH / 1024} KB.`, 'Look for a quote that is opened here and never closed, or split the row.');
  }
}
