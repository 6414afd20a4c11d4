import { describe, expect, it } from '@jest/globals';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { OutrightError } from '#kernel/errors';
import { tempFolder } from '#test/support/temp-folder';
import { readCsv, type CsvRow } from './csv-reader.js';

const folder = tempFolder('csv');
let files = 0;

async function fileOf(content: string | Buffer): Promise<string> {
  const path = join(folder, `${files++}.csv`);
  await writeFile(path, content);
  return path;
}

async function rowsOf(content: string | Buffer, encoding?: string): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const batch of readCsv({ path: await fileOf(content), encoding })) rows.push(...batch);
  return rows;
}

const failureOf = async (content: string | Buffer, encoding?: string): Promise<OutrightError> => {
  try {
    await rowsOf(content, encoding);
  } catch (error) {
    if (error instanceof OutrightError) return error;
    throw error;
  }
  throw new Error('the file was read');
};

describe('CSV reader', () => {
  it.each([[',', 'a,b\n1,2\n'], [';', 'a;b\n1;2\n'], ['tab', 'a\tb\n1\t2\n'], ['; with commas in quotes', '"a,,,";b\n1;2\n'], ['none, one column', 'a\n1\n']])(
    'SRC-01 finds the delimiter %s', async (_, text) => {
      expect((await rowsOf(text)).map(({ cells }) => cells.length)).toEqual(text.startsWith('a\n') ? [1, 1] : [2, 2]);
    });

  it('SRC-01 looks for the delimiter in the first line with text', async () => {
    for (const empty of ['\n', '\ufeff\n', ' \r\n', '\ufeff" "\n\n']) expect((await rowsOf(`${empty}a;b\n1;2\n`)).map(({ cells }) => cells)).toEqual([['a', 'b'], ['1', '2']]);
  });

  it('SRC-01 reads RFC 4180: quotes, doubled quotes, delimiters and line breaks in cells, mixed line ends, byte order mark, no last line end', async () => {
    const rows = await rowsOf('\ufeffemail,note\r\n"a@b.example","says ""hi"", twice"\n\n"c@d.example","two\nlines"\r\ne@f.example,last');
    expect(rows).toEqual([
      { line: 1, cells: ['email', 'note'] },
      { line: 2, cells: ['a@b.example', 'says "hi", twice'] },
      { line: 4, cells: ['c@d.example', 'two\nlines'] },
      { line: 6, cells: ['e@f.example', 'last'] },
    ]);
  });

  it('SRC-01 rows without text are no rows, but lines are counted', async () => {
    expect((await rowsOf('a,b\n,\n  ,\n1,2\n')).map(({ line }) => line)).toEqual([1, 4]);
  });

  it('SRC-01 lines stay right over many pieces and characters cut by them', async () => {
    const rows = await rowsOf(`a,b\n${Array.from({ length: 20_000 }, (_, n) => `õ${n}€,${n % 7 === 0 ? '"x\ny"' : 'z'}`).join('\n')}`);
    expect(rows).toHaveLength(20_001);
    let line = 2;
    for (const [index, row] of rows.slice(1).entries()) {
      if (row.line !== line || row.cells[0] !== `õ${index}€`) throw new Error(`row ${index} is at ${row.line}, not ${line}`);
      line += index % 7 === 0 ? 2 : 1;
    }
  });

  it('SRC-01 lines stay right where the first quote comes late, also in what is refused', async () => {
    const plain = `a,b\n${'1,2\r\n'.repeat(20_000)}`;
    expect((await rowsOf(`${plain}"x\ny",3\n4,5\n`)).slice(-2)).toEqual([{ line: 20_002, cells: ['x\ny', '3'] }, { line: 20_004, cells: ['4', '5'] }]);
    for (const [rest, line] of [['3,4\nx"y,4\n', 20_003], ['3,4\n"open\n', 20_003]] as const) expect(await failureOf(plain + rest)).toMatchObject({ findings: [{ line }] });
  });

  it('SRC-01 lines stay right behind line ends of every kind inside cells, and behind empty lines in what is refused', async () => {
    const start = 'a,b\r\n"x\r\ny\r\n",1\r\n\r\n"p\rq",2\r\n';
    expect((await rowsOf(`${start}3,4\r\n`)).map(({ line }) => line)).toEqual([1, 2, 6, 8]);
    for (const rest of ['\n\n"open\n', '\n\nx"y,4\n', '\n\n"x"y,4\n', `\n\n"${'x'.repeat(70_000)}",4\n`]) expect(await failureOf(start + rest)).toMatchObject({ findings: [{ line: 10 }] });
  });

  it('SRC-01 reads other encodings when told', async () => {
    const text = 'first_name\nÕie\nJürgen\n';
    for (const encoding of ['windows-1252', 'utf-16le', 'iso-8859-15', 'utf-16']) {
      expect((await rowsOf(iconv.encode(text, encoding), encoding)).map(({ cells }) => cells[0])).toEqual(['first_name', 'Õie', 'Jürgen']);
    }
  });

  it('SRC-01 a character of two code units is read as one wherever a piece of the file ends', async () => {
    const text = (shift: number) => `a,b\n${'k'.repeat(shift)},${'😀'.repeat(12_000)}\n1,😀\n`;
    for (const encoding of ['utf-16', 'utf-16le', 'utf-16be', 'utf-32', 'cesu-8', 'gb18030']) {
      for (const shift of [1, 2, 3, 4]) {
        const found = (await rowsOf(iconv.encode(text(shift), encoding), encoding)).map(({ cells }) => cells.join(',')).join('\n');
        expect([encoding, shift, found === text(shift).trim()]).toEqual([encoding, shift, true]);
      }
    }
  });

  it('SRC-01 half a character is refused in other encodings too', async () => {
    for (const text of ['a,b\n1,\ud83d\n', 'a,b\n1,\ude00x\n', 'a,b\n1,\ud83d']) {
      expect(await failureOf(Buffer.from(text, 'utf16le'), 'utf-16le')).toMatchObject({ code: 'csv-encoding', findings: [{ line: 2 }] });
    }
  });

  it.each([
    ['an open quote', 'a,b\n1,2\n"3,4\n5,6\n', 'csv-quote-open', 3],
    ['a quote inside a cell', 'a,b\n1,2\nx"y,4\n', 'csv-quote-broken', 3],
    ['text behind a closing quote', 'a,b\n"x"y,4\n', 'csv-quote-broken', 2],
    ['a quote over 64 KB', `a,b\n1,2\n"${'x\n'.repeat(40_000)}`, 'csv-row-too-long', 3],
    ['a header over 64 KB', 'x'.repeat(70_000), 'csv-row-too-long', 1],
    ['bytes that are no UTF-8', Buffer.from([...Buffer.from('a,b\n1,2\nJ'), 0xfc, ...Buffer.from('rgen,2\n')]), 'csv-encoding', 3],
    ['UTF-16 without being told', iconv.encode('a,b\n1,2\n', 'utf-16'), 'csv-encoding', 1],
    ['a NUL', 'a,b\n1,2\n1,\0\n', 'csv-encoding', 3],
  ])('SRC-01 %s is refused with its line and a fix', async (_, content, code, line) => {
    const error = await failureOf(content);
    expect(error).toMatchObject({ code, rule: 'SRC-01', exit: 2, findings: [{ line }] });
    expect(error.fix).toBeTruthy();
  });

  it('SRC-01 an empty file is refused; one of blank lines has no rows', async () => {
    expect(await failureOf('')).toMatchObject({ code: 'csv-empty' });
    expect(await rowsOf('\ufeff\n \n')).toEqual([]);
  });

  it('SRC-01 an unknown encoding and a missing file say so', async () => {
    for (const encoding of ['klingon', 'UTF-7', 'utf-7-imap', 'unicode-1-1-utf-7']) expect(await failureOf('a\n1\n', encoding)).toMatchObject({ code: 'encoding-unknown' });
    const missing = async () => { for await (const _ of readCsv({ path: join(folder, 'none.csv') })); };
    await expect(missing()).rejects.toMatchObject({ code: 'file-unreadable', exit: 2 });
  });

  it('SRC-01 a line of 100 MB is refused in bounded memory', async () => {
    const path = join(folder, 'long.csv');
    const file = await open(path, 'w');
    await file.write('email,notes\na@b.example,');
    for (let written = 0; written < 100; written++) await file.write(Buffer.alloc(1 << 20, 'x'));
    await file.close();
    let read = 0;
    const before = process.memoryUsage().rss;
    const run = async () => { for await (const _ of readCsv({ path, onBytes: (bytes) => (read += bytes.length) })); };
    await expect(run()).rejects.toMatchObject({ code: 'csv-row-too-long', findings: [{ line: 2 }] });
    expect(read).toBeLessThan(1 << 20);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 << 20);
  });
});
