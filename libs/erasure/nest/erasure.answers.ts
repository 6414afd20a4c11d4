import { z } from 'zod';
import { counts } from '#contracts/fields';

export const erasureOnBoard = z.strictObject({
  caseId: z.string(), trigger: z.string(), receivedAt: z.iso.datetime(), dueAt: z.iso.datetime(), state: z.enum(['open', 'completed', 'overdue']), steps: counts,
  completedAt: z.iso.datetime().optional(), proofHash: z.string().optional(), warnedHours: z.number().optional(),
  next: z.string().describe('The step that is owed, or none'), reopened: z.number().int(), overdue: z.boolean(),
  hoursLeft: z.number().optional().describe('Negative once it is late; missing once it is completed'),
}).meta({ id: 'ErasureCase' });

const proof = z.strictObject({
  format: z.literal('outright-erasure-proof/1'), caseId: z.string(), trigger: z.string(), receivedAt: z.iso.datetime(), dueAt: z.iso.datetime(), completedAt: z.iso.datetime(),
  inTime: z.boolean(), policyVersion: z.string(), steps: counts, recipients: z.array(z.strictObject({ recipientId: z.string(), acknowledgedAt: z.iso.datetime() })),
  keysDestroyed: z.number().int(), scan: z.strictObject({ files: z.number().int(), bytes: z.number().int(), hash: z.string() }), reopened: z.number().int(),
}).meta({ id: 'ErasureProof' });

export const erasureAnswer = z.union([
  z.strictObject({ state: z.literal('completed'), proof, proofHash: z.string(), intact: z.boolean().describe('The hash is the one that was recorded') }),
  erasureOnBoard,
  z.strictObject({ caseId: z.string(), state: z.literal('open') }),
]);
