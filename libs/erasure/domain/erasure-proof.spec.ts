import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { erasureProof, PROOF_FIELDS, proofHash } from './erasure-proof.js';
import { proofAsHtml, proofAsText } from './erasure-proof-text.js';

const CANARY = 'canary-value';
const history = (extra: object = {}) => [
  { type: 'ErasureRequested', policyVersion: 'v7', data: { caseId: 'case-1', prospectId: `${CANARY}-p`, contactIds: [`${CANARY}-c`], trigger: 'opt_out', receivedAt: '2026-10-24T12:00:00.000Z', dueAt: '2026-10-27T12:00:00.000Z', ...extra } },
  { type: 'ErasureAddressesSecured', data: { caseId: 'case-1', count: 1, addresses: { kid: CANARY, box: CANARY, of: CANARY }, ...extra } },
  { type: 'ErasureStepCompleted', data: { caseId: 'case-1', step: 'suppress', count: 2, ...extra } },
  { type: 'KeysDestroyed', data: { caseId: 'case-1', keyIds: [`${CANARY}-k`], day: '2026-10-24', ...extra } },
  { type: 'ErasureVerified', data: { caseId: 'case-1', scannedFiles: 3, scannedBytes: 900, hits: 0, scanHash: 'ab12', ...extra } },
];

describe('erasure proof', () => {
  it('INV-26 holds the allowed fields and nothing else, whatever the events carry', () => {
    fc.assert(fc.property(fc.dictionary(fc.stringMatching(/^x[a-z]{1,8}$/), fc.constant(CANARY)), (extra) => {
      const proof = erasureProof(history(extra), { completedAt: '2026-10-24T13:00:00.000Z', keys: 1 })!;
      expect(Object.keys(proof).sort()).toEqual([...PROOF_FIELDS].sort());
      for (const text of [JSON.stringify(proof), proofAsText(proof, proofHash(proof)), proofAsHtml(proof, proofHash(proof))]) expect(text).not.toContain(CANARY);
    }));
  });

  it('ERA-01 exists only after the verification, and says what was done', () => {
    expect(erasureProof(history().slice(0, 4), { completedAt: '2026-10-24T13:00:00.000Z', keys: 1 })).toBeUndefined();
    expect(erasureProof(history())).toBeUndefined();
    expect(erasureProof(history(), { completedAt: '2026-10-24T13:00:00.000Z', keys: 1 })).toMatchObject({
      caseId: 'case-1', policyVersion: 'v7', inTime: true, steps: { suppress: 2, destroy_case_key: 1 }, recipients: [], keysDestroyed: 1, scan: { files: 3, bytes: 900, hash: 'ab12' },
    });
    expect(erasureProof(history(), { completedAt: '2026-10-28T00:00:00.000Z', keys: 1 })!.inTime).toBe(false);
  });

  it('INV-26 its hash does not depend on the order of fields and changes with every value', () => {
    const proof = erasureProof(history(), { completedAt: '2026-10-24T13:00:00.000Z', keys: 1 })!;
    expect(proofHash(Object.fromEntries(Object.entries(proof).reverse()) as never)).toBe(proofHash(proof));
    for (const field of PROOF_FIELDS) expect(proofHash({ ...proof, [field]: 'changed' })).not.toBe(proofHash(proof));
  });

  it('ERA-09 can be read by people, as text and as a page without markup of its values', () => {
    const proof = erasureProof(history(), { completedAt: '2026-10-24T13:00:00.000Z', keys: 1 })!;
    const text = proofAsText(proof, 'the-hash');
    for (const part of ['case-1', 'the person opted out of marketing', '(in time)', 'the-hash', '900 bytes', 'none held the data']) expect(text).toContain(part);
    expect(proofAsHtml({ ...proof, policyVersion: '<script>' }, 'h')).not.toContain('<script>');
  });
});
