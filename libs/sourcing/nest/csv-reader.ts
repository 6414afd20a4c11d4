import { open, type FileHandle } from 'node:fs/promises';
import { csvFailure, MAX_RECORD_BYTES } from './csv-failure.js';
import type { CsvRow } from './csv-row.js';
import { detectDelimiter } from './delimiter.js';
import { ParsedRows } from './parsed-rows.js';
import { PlainRows } from './plain-rows.js';
import { fileDecoder } from './text-decoder.js';

export type { CsvRow };

export interface CsvOptions {
  readonly path: string;
  /** Default UTF-8, checked strictly; a byte order mark is allowed. */
  readonly encoding?: string | undefined;
  /** Sees the raw bytes, for a hash and for progress. */
  readonly onBytes?: (bytes: Buffer) => void;
}

const PIECE = 32 * 1024;
const MARK = Buffer.from('\ufeff');

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
    let rows: Rows | undefined;
    let start: Buffer = Buffer.alloc(0);
    for await (const text of decodedPieces(file, encoding, onBytes)) {
      if (rows === undefined) {
        start = Buffer.concat([start, text]);
        if (start.length < MAX_RECORD_BYTES && !start.includes('\n') && !start.includes('\r')) continue;
        rows = new Rows(detectDelimiter(start));
        yield await rows.write(withoutMark(start));
      } else {
        yield await rows.write(text);
      }
    }
    if (rows === undefined) {
      if (start.toString('utf8').replace('\ufeff', '').trim() === '') throw csvFailure('csv-empty', undefined, 'The file is empty.', 'Export it again, with a header line.');
      rows = new Rows(detectDelimiter(start));
      yield await rows.write(withoutMark(start));
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

/** Lines are cut as they are until the first quote; from its line on the file is the parser's. */
class Rows {
  private rows: PlainRows | ParsedRows;

  constructor(private readonly delimiter: string) {
    this.rows = new PlainRows(delimiter);
  }

  write(bytes: Buffer): CsvRow[] | Promise<CsvRow[]> {
    if (this.rows instanceof ParsedRows || !bytes.includes('"')) return this.rows.write(bytes);
    const { rest, line } = this.rows.leave();
    this.rows = new ParsedRows(this.delimiter, line - 1);
    return this.rows.write(Buffer.concat([rest, bytes]));
  }

  end(): CsvRow[] | Promise<CsvRow[]> {
    return this.rows.end();
  }
}

/** Without the byte order mark. */
function withoutMark(start: Buffer): Buffer {
  return start.subarray(0, 3).equals(MARK) ? start.subarray(3) : start;
}
