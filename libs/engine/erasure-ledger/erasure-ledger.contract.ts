import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ErasureLedger, LedgerLine } from './erasure-ledger.port.js';

export interface ErasureLedgerUnderTest {
  /** The same ledger after a restart. */
  open(): ErasureLedger;
  close(): Promise<void>;
}

/** What every erasure ledger promises. */
export function erasureLedgerContract(name: string, begin: () => Promise<ErasureLedgerUnderTest>): void {
  describe(`erasure ledger contract: ${name}`, () => {
    let under: ErasureLedgerUnderTest;
    beforeEach(async () => (under = await begin()));
    afterEach(() => under.close());

    const line = (n: number, kids = [`key-${n}`]): LedgerLine => ({ caseId: `case-${n}`, kids, day: '2026-11-02' });
    const linesOf = async (ledger: ErasureLedger): Promise<LedgerLine[]> => {
      const lines: LedgerLine[] = [];
      for await (const each of ledger.lines()) lines.push(each);
      return lines.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    };

    it('H12 RET-08 (partly) keeps each case once, also when it is repeated at once, on another day or after a restart', async () => {
      const first = under.open();
      expect(await linesOf(first)).toEqual([]);
      await Promise.all([first.record(line(1)), first.record(line(1)), first.record(line(2))]);
      const second = under.open();
      await second.record({ ...line(2), day: '2026-11-05' });
      await second.record(line(3, []));
      await second.record(line(1, ['key-1', 'key-9']));
      expect(await linesOf(under.open())).toEqual([line(1, ['key-1', 'key-9']), line(1), line(2), line(3, [])]);
    });
  });
}
