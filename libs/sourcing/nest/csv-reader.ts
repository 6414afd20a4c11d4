import { open, type FileHandle } from 'node:fs/promises';
import { parse, type Parser } from 'csv-parse';
import { csvFailure, MAX_RECORD_BYTES, parserFailure } from './csv-failure.js';
import { detectDelimiter } from './delimiter.js';
import { fileDecoder } from './text-decoder.js';

export interface CsvRow {
  /** Line on which the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvOptions {
  readonly path: string;
  /** Default UTF-8, checked strictly; a byte order mark is allowed. */
  readonly encoding?: string | undefined;
  /** Sees the raw bytes, for a hash and for progress. */
  readonly onBytes?: (bytes: Buffer) => void;
}

const PIECE = 32 * 1024;

/**
 * Reads a CSV file (RFC 4180; delimiter detected from the header; line ends may be mixed) in batches of rows; the first row is the
 * header, rows without any text are left out. Memory is bounded by one row of 64 KB and one piece of the file.
 * @throws BadInput with the line for broken quotes, wrong encodings and rows that are too long
 */
export async function* readCsv({ path, encoding, onBytes }: CsvOptions): AsyncGenerator<CsvRow[]> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw csvFailure('file-unreadable', undefined, `The file cannot be opened (${(cause as NodeJS.ErrnoException).code}).`, 'Check the path and its permissions.');
  });
  try {
    let rows: RowParser | undefined;
    let start: Buffer = Buffer.alloc(0);
    for await (const text of decodedPieces(file, encoding, onBytes)) {
      if (rows === undefined) {
        start = Buffer.concat([start, text]);
        if (start.length < MAX_RECORD_BYTES && !start.includes('\n') && !start.includes('\r')) continue;
        rows = new RowParser(detectDelimiter(start));
        yield await rows.write(start);
      } else {
        yield await rows.write(text);
      }
    }
    if (rows === undefined) {
      if (start.toString('utf8').replace('\ufeff', '').trim() === '') throw csvFailure('csv-empty', undefined, 'The file is empty.', 'Export it again, with a header line.');
      rows = new RowParser(detectDelimiter(start));
      yield await rows.write(start);
    }
    yield await rows.end();
  } finally {
    await file.close();
  }
}

async function* decodedPieces(file: FileHandle, encoding: string | undefined, onBytes: CsvOptions['onBytes']): AsyncGenerator<Buffer> {
  const decoder = fileDecoder(encoding);
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(PIECE), 0, PIECE);
    if (bytesRead === 0) break;
    const bytes = buffer.subarray(0, bytesRead);
    onBytes?.(bytes);
    yield decoder.decode(bytes);
  }
  yield decoder.end();
}

/** The parser works inside `write`; rows are taken from it by callback, so nothing waits in a stream buffer. */
class RowParser {
  private rows: CsvRow[] = [];
  private lines = 0;
  private emptyLines = 0;
  private failure: unknown;
  private readonly parser: Parser;

  constructor(delimiter: string) {
    this.parser = parse({
      delimiter,
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      max_record_size: MAX_RECORD_BYTES,
      on_record: (cells: string[], { lines, empty_lines: emptyLines }) => {
        const line = this.lines + 1 + emptyLines - this.emptyLines;
        this.lines = lines;
        this.emptyLines = emptyLines;
        if (cells.some((cell) => cell.trim() !== '')) this.rows.push({ line, cells });
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
    return parserFailure(this.failure ?? error, this.lines + 1);
  }

  private take(): CsvRow[] {
    const taken = this.rows;
    this.rows = [];
    return taken;
  }
}
