import { z } from 'zod';
import { counts, verdict } from '#contracts/fields';

const finding = z.strictObject({
  kind: z.string(), message: z.string(), stream: z.string().optional(), version: z.number().int().optional(), position: z.union([z.number().int(), z.string()]).optional(), checkpoint: z.number().int().optional(),
});

export const verification = z.strictObject({
  ok: z.boolean(), events: z.number().int(), streams: z.number().int(), checkpoints: z.number().int(),
  outsideCheckpoints: z.number().int().describe('Compared with a copy held elsewhere'),
  streamsAheadOfCheckpoints: z.number().int(), findings: z.array(finding), findingsTotal: z.number().int().describe('Also those beyond the first thousand'),
  exit: z.number().int(), seconds: z.number(),
}).meta({ id: 'Verification' });

const erasureSeries = z.strictObject({
  open: z.number().int(), completed: z.number().int(), overdue: z.number().int(), hours: z.array(z.number()).describe('Of each completed case, from receipt or expiry to proof'),
});

export const replay = z.strictObject({
  mode: z.literal('replay'), notice: z.string(), events: z.number().int(), policyVersion: z.string().optional(), lastRecordedAt: z.iso.datetime().optional(),
  suppressionsPublished: z.number().int(), eventsByType: counts, asOf: z.iso.datetime(),
  campaigns: z.array(z.strictObject({ name: z.string(), state: z.string(), audienceSize: z.number().int(), launchedAt: z.iso.datetime() })),
  campaignsByState: counts, prospectsByState: counts, contactsByState: counts, dispatchesByStatus: counts, refusalsByReason: counts, handedOffAfterOptOut: z.number().int(),
  optOutsByChannel: counts,
  erasures: z.strictObject({
    open: z.number().int(), completed: z.number().int(), overdue: z.number().int(),
    afterWish: erasureSeries.describe('Cases of people who asked'), withoutWish: erasureSeries.describe('Cases of expired data and of minors'),
  }),
  clocks: z.strictObject({
    open: z.number().int(), met: z.number().int(), missed: z.number().int(), byKind: counts,
    overdueNow: z.array(z.strictObject({ clockId: z.string(), kind: z.string(), caseRef: z.string(), dueAt: z.iso.datetime() })),
  }),
}).meta({ id: 'Replay' });

const verdicts = z.array(verdict);

export const explanation = z.strictObject({
  contactId: z.string().optional(), suppression: z.string().optional(), sentences: z.array(z.string()),
  dispatches: z.array(z.strictObject({
    dispatchId: z.string(), contactId: z.string(), campaignId: z.string(), campaign: z.string().optional(), sentences: z.array(z.string()),
    decisions: z.array(z.strictObject({
      outcome: z.enum(['permitted', 'refused']), at: z.iso.datetime(), version: z.number().int(), ruleSetVersion: z.string(), verdicts: verdicts.optional(),
      rerun: z.strictObject({ ruleSetVersion: z.string(), throughVersion: z.number().int(), allowed: z.boolean(), verdicts }).optional(),
      reproduced: z.boolean(), differences: z.array(z.strictObject({ rule: z.string(), recorded: z.string(), rerun: z.string() })),
    })),
  })),
}).meta({ id: 'Explanation', description: 'Addresses are never in it.' });

export const exported = z.strictObject({
  folder: z.string(), events: z.number().int(), streams: z.number().int(), checkpoints: z.number().int(), files: z.number().int(),
  verification: z.strictObject({ ok: z.boolean(), findingsTotal: z.number().int() }),
}).meta({ id: 'AuditBundle' });
