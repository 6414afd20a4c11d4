import { BadInput } from '#kernel/errors';

/** A file that cannot be read as a whole; nothing of it was stored. Names the line, never a value. */
export function csvFailure(code: string, line: number | undefined, message: string, fix: string): BadInput {
  const where = line === undefined ? '' : `Line ${line}: `;
  return new BadInput(`${where}${message}`, { code, rule: 'SRC-01', fix, findings: line === undefined ? [] : [{ line, code, rule: 'SRC-01', fix }] });
}

export const MAX_RECORD_BYTES = 65_536;

/** The parser's own messages repeat cells, so they are replaced. `line`: where the row begins. */
export function parserFailure(error: unknown, line: number): BadInput {
  const { code } = error as { code?: string };
  switch (code) {
    case 'CSV_MAX_RECORD_SIZE':
      return csvFailure('csv-row-too-long', line, `the row is longer than ${MAX_RECORD_BYTES / 1024} KB.`, 'Look for a quote that is opened here and never closed, or split the row.');
    case 'CSV_QUOTE_NOT_CLOSED':
      return csvFailure('csv-quote-open', line, 'a quote is opened in this row and never closed.', 'Close the quote, or double it ("") where it belongs to the text.');
    case 'INVALID_OPENING_QUOTE':
    case 'CSV_INVALID_CLOSING_QUOTE':
      return csvFailure('csv-quote-broken', line, 'a quote stands inside a cell.', 'Put the whole cell in quotes and double the quotes inside it ("").');
    default:
      return csvFailure('csv-malformed', line, 'the row is not CSV (RFC 4180).', 'Export the file as CSV in UTF-8.');
  }
}
