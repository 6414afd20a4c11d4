import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CsvRow } from './csv-row.js';
import { ParsedRows } from './parsed-rows.js';
import { PlainRows } from './plain-rows.js';

async function read(rows: PlainRows | ParsedRows, text: string, piece = 1_000_000): Promise<CsvRow[]> {
  const bytes = Buffer.from(text);
  const found: CsvRow[] = [];
  for (let at = 0; at < bytes.length; at += piece) found.push(...(await rows.write(bytes.subarray(at, at + piece))));
  return [...found, ...(await rows.end())];
}

const texts = fc.array(fc.constantFrom('a', 'bc', 'õ', ' ', ',', ',', '\n', '\r\n', '\r'), { maxLength: 24 }).map((parts) => parts.join(''));

describe('rows without quotes', () => {
  it('SRC-01 are those that the parser reads, on the same lines, whatever the pieces', async () => {
    await fc.assert(fc.asyncProperty(texts, fc.integer({ min: 1, max: 7 }), async (text, piece) => {
      expect(await read(new PlainRows(','), text, piece)).toEqual(await read(new ParsedRows(',', 0), text));
    }), { numRuns: 1000 });
  });

  it('SRC-01 a row of one long line is refused by its line, whatever the line ends', async () => {
    const long = 'x'.repeat(65_537);
    for (const text of [`a\n${long}\nb\n`, `a\r\n${long}`, `a\r${long}\rb`]) {
      await expect(read(new PlainRows(','), text, 32_768)).rejects.toMatchObject({ code: 'csv-row-too-long', findings: [{ line: 2 }] });
    }
  });
});
