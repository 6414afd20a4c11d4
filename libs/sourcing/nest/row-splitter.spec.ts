import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { type CsvRow, RowSplitter } from './row-splitter.js';

/** The text in pieces of so many bytes. */
function split(text: string, piece = 1_000_000): CsvRow[] {
  const bytes = Buffer.from(text);
  const splitter = new RowSplitter(',');
  const rows: CsvRow[] = [];
  for (let at = 0; at < bytes.length; at += piece) rows.push(...splitter.push(bytes.subarray(at, at + piece)));
  return [...rows, ...splitter.end()];
}

const codeOf = (read: () => unknown): unknown => {
  try {
    read();
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

/** What the parser of the npm registry makes of the same text. */
function reference(text: string): string[][] {
  const rows: string[][] = parse(text, { relax_column_count: true, skip_empty_lines: true, record_delimiter: ['\r\n', '\n', '\r'] });
  return rows.filter((cells) => cells.some((cell) => cell.trim() !== ''));
}

const texts = fc.array(fc.constantFrom('a', 'bc', ' ', ',', ',', '"', '""', '"', '\n', '\r\n', '\r'), { maxLength: 24 }).map((parts) => parts.join(''));

describe('row splitter', () => {
  it('SRC-01 reads what another CSV parser reads, and refuses what it refuses, whatever the pieces', () => {
    fc.assert(fc.property(texts, fc.integer({ min: 1, max: 7 }), (text, piece) => {
      const refused = codeOf(() => reference(text));
      expect(codeOf(() => split(text, piece)) === undefined).toBe(refused === undefined);
      if (refused === undefined) expect(split(text, piece).map(({ cells }) => cells)).toEqual(reference(text));
    }), { numRuns: 5000 });
  });

  it('SRC-01 counts lines of every kind, in cells too', () => {
    expect(split('a,b\r1,2\r\n\n"x\r\ny\nz",3\r\n4,5', 3).map(({ line }) => line)).toEqual([1, 2, 4, 7]);
  });

  it('SRC-01 a row of one long line is refused, quoted or not', () => {
    const long = 'x'.repeat(65_537);
    for (const text of [`a\n${long}\nb\n`, `a\n"${long}"\nb\n`, `a\r${long}\rb`]) expect(codeOf(() => split(text, 32_768))).toBe('csv-row-too-long');
    expect(split(`a\n${'õ'.repeat(65_000)}\nb`, 32_768)).toHaveLength(3);
  });
});
