import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { removeTempFolders, tempFolder } from '#test/support/temp-folder';
import { EmbeddedErasureLedger } from './embedded.erasure-ledger.js';
import { erasureLedgerContract } from './erasure-ledger.contract.js';

afterAll(removeTempFolders);

erasureLedgerContract('a file', async () => {
  const path = join(tempFolder(), 'erasure-ledger.jsonl');
  return { open: () => new EmbeddedErasureLedger(path), close: async () => undefined };
});

describe('erasure ledger in a file', () => {
  it('ERA-01 RET-08 writes each case once, also after a start with a line that a crash cut off', async () => {
    const path = join(tempFolder(), 'erasure-ledger.jsonl');
    const line = (n: number) => ({ caseId: `case-${n}`, kids: [`key-${n}`], day: '2026-11-02' });
    const first = new EmbeddedErasureLedger(path);
    await Promise.all([first.record(line(1)), first.record(line(1)), first.record(line(2))]);
    appendFileSync(path, '{"caseId":"case-3","ki');
    const second = new EmbeddedErasureLedger(path);
    await second.record(line(2));
    await second.record(line(3));
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((text) => (text.endsWith('}') ? JSON.parse(text) : 'cut off'))).toEqual([line(1), line(2), 'cut off', line(3)]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
