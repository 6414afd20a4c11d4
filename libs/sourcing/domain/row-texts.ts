import type { ColumnMap } from './column-map.js';
import { type Column, COLUMNS } from './columns.js';
import type { ImportConfig } from './import-config.js';

export type Texts = Readonly<Record<Column, string>>;

/** Printable, so that neither a normal form nor a control character is to be looked for. */
const ASCII = /^[\x20-\x7e]*$/;

/** The texts of one row by column: trimmed, in NFC, the configured default where a cell is empty. */
export class RowTexts {
  /** Whether all texts of the row that was read last are printable ASCII. */
  ascii = true;
  private readonly texts: Record<Column, string>;
  private readonly defaults: Record<Column, string>;
  private readonly present: readonly { readonly column: Column; readonly index: number }[];
  private readonly defaultsAscii: boolean;

  constructor({ at }: ColumnMap, { defaults }: ImportConfig) {
    const given = defaults as Partial<Record<Column, string>>;
    this.defaults = Object.fromEntries(COLUMNS.map((column) => [column, given[column]?.trim() ?? ''])) as Record<Column, string>;
    this.defaultsAscii = Object.values(this.defaults).every((text) => ASCII.test(text));
    this.texts = { ...this.defaults };
    this.present = [...at].map(([column, index]) => ({ column, index }));
  }

  /** Good until the next row is read. */
  of(cells: readonly string[]): Texts {
    this.ascii = this.defaultsAscii;
    for (const { column, index } of this.present) this.texts[column] = this.text(cells[index] ?? '', column);
    return this.texts;
  }

  /** The text of one column alone. */
  one(cells: readonly string[], column: Column): string {
    const index = this.present.find((each) => each.column === column)?.index;
    return index === undefined ? this.defaults[column] : this.text(cells[index] ?? '', column);
  }

  private text(cell: string, column: Column): string {
    const text = cell.trim();
    if (text === '') return this.defaults[column];
    if (ASCII.test(text)) return text;
    this.ascii = false;
    return text.normalize('NFC');
  }
}
