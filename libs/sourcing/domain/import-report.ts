import type { Finding } from './refusal-codes.js';

/** What became of a row's address. */
export type RowFate = 'created' | 'merged' | 'suppressed' | 'deferred';

const MOST_FINDINGS = 200;
const REFUSED = 'refused:';

/** Counts of an import, cumulative over its chunks; survives a restart as the counts of the last chunk. */
export class ImportTally {
  private readonly counts: Record<string, number>;
  readonly findings: Finding[] = [];

  constructor(from: Readonly<Record<string, number>> = {}) {
    this.counts = { rows: 0, created: 0, merged: 0, suppressed: 0, deferred: 0, refused: 0, inferred: 0, phones: 0, dropped: 0, ...from };
  }

  rows(count: number): void {
    this.add('rows', count);
  }

  fate(fate: RowFate, method: string): void {
    this.add(fate);
    if (method === 'inferred' && (fate === 'created' || fate === 'merged')) this.add('inferred');
  }

  phone(): void {
    this.add('phones');
  }

  /** Keeps the first findings for the report and counts a row once, under its first reason. */
  note(findings: readonly Finding[]): void {
    for (const finding of findings) {
      if (this.findings.length < MOST_FINDINGS) this.findings.push(finding);
      if (finding.outcome === 'dropped') this.add('dropped');
    }
    const first = findings.find(({ outcome }) => outcome === 'refused');
    if (first === undefined) return;
    this.add('refused');
    this.add(REFUSED + first.code);
  }

  get suppressed(): number {
    return this.counts['suppressed'] ?? 0;
  }

  /** With a `refused:<code>` for each reason. */
  snapshot(): Record<string, number> {
    return { ...this.counts };
  }

  private add(key: string, count = 1): void {
    this.counts[key] = (this.counts[key] ?? 0) + count;
  }
}

/** Splits counts as chunks keep them into totals and refusals by reason. */
export function splitCounts(counts: Readonly<Record<string, number>>): { counts: Record<string, number>; refusedByReason: Record<string, number> } {
  const entries = Object.entries(counts);
  return {
    counts: Object.fromEntries(entries.filter(([key]) => !key.startsWith(REFUSED))),
    refusedByReason: Object.fromEntries(entries.filter(([key]) => key.startsWith(REFUSED)).map(([key, count]) => [key.slice(REFUSED.length), count])),
  };
}

/** What the person who imported reads: counts, names of columns, lines; no value of any row. */
export interface ImportReport {
  readonly importId: string;
  readonly name: string;
  readonly dryRun: boolean;
  /** The same file was imported before: nothing was done (SRC-13). */
  readonly alreadyImported: boolean;
  /** Line that an interrupted run had reached. */
  readonly resumedAfterLine: number | undefined;
  readonly counts: Readonly<Record<string, number>>;
  readonly refusedByReason: Readonly<Record<string, number>>;
  /** Columns of the file that were not kept, by name only (SRC-04). */
  readonly droppedColumns: readonly string[];
  /** The first findings, in order of lines. */
  readonly findings: readonly Finding[];
  readonly seconds: number;
  readonly rowsPerSecond: number;
}
