import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { BadInput } from '#kernel/errors';

export interface SuppressionRow {
  /** Line of the file on which the row ends, from 1. */
  readonly line: number;
  readonly email: string;
  readonly domain: string;
  readonly since: string;
}

const COLUMNS = new Set(['email', 'domain', 'reason', 'since']);
const fix = 'Send CSV in UTF-8 with a header line that has a column `email` or `domain`.';

/** Names of columns in any case; what is no column of ours is dropped unread. */
function header(names: string[]): (string | false)[] {
  const known = names.map((name) => name.trim().toLowerCase());
  if (!known.includes('email') && !known.includes('domain')) {
    throw new BadInput('The file has no column `email` or `domain`.', { code: 'suppression-columns', rule: 'SUP-07', fix });
  }
  return known.map((name) => (COLUMNS.has(name) ? name : false));
}

/**
 * Rows of an existing do-not-mail list (RFC 4180; comma, semicolon or tab), as they stream in.
 * @throws BadInput `suppression-columns`, `suppression-csv`; the message never repeats a value
 */
export async function* suppressionRows(source: Readable): AsyncGenerator<SuppressionRow> {
  const parser = parse({
    bom: true, columns: header, delimiter: [',', ';', '\t'], trim: true, skip_empty_lines: true, relax_column_count: true, relax_quotes: true, info: true,
    max_record_size: 16_384,
  });
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: Record<string, string | undefined>; info: { lines: number } }>) {
      yield { line: info.lines, email: record.email ?? '', domain: record.domain ?? '', since: record.since ?? '' };
    }
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (error instanceof BadInput || typeof code !== 'string' || !code.startsWith('CSV_')) throw error;
    throw new BadInput(`The file cannot be read as CSV (${code}).`, { code: 'suppression-csv', rule: 'SUP-07', fix });
  }
}
