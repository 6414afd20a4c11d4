export interface CsvRow {
  /** Line on which the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A row without any text is none. */
export const saysSomething = (cells: readonly string[]): boolean => cells.some((cell) => cell.trim() !== '');
