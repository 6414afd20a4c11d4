import { z } from 'zod';
import { counts } from '#contracts/fields';
import { problem } from '#http/problem.schema';

export const startedImport = z.strictObject({ importId: z.string(), name: z.string(), job: z.string().describe('Where to follow it; also in Location') }).meta({ id: 'StartedImport' });

export const recordedImport = z.strictObject({
  importId: z.string(), name: z.string(), fileHash: z.string(), state: z.enum(['running', 'completed', 'rejected']), receivedAt: z.iso.datetime(),
  counts, refusedByReason: counts, throughLine: z.number().int(), droppedColumns: z.array(z.string()).optional(), reason: z.string().optional(),
}).meta({ id: 'Import' });

const report = z.strictObject({
  importId: z.string(), name: z.string(), dryRun: z.boolean(),
  alreadyImported: z.boolean().describe('The same file was imported before: nothing was done'),
  resumedAfterLine: z.number().int().optional(), counts, refusedByReason: counts,
  droppedColumns: z.array(z.string()).describe('Columns that were not kept, by name only'),
  findings: z.array(z.strictObject({
    line: z.number().int(), column: z.string(), code: z.string(), problem: z.string(), rule: z.string(), fix: z.string(), outcome: z.enum(['refused', 'dropped']),
  })).describe('The first findings, in order of lines; never a value'),
  seconds: z.number(), rowsPerSecond: z.number(),
}).meta({ id: 'ImportReport' });

export const importAnswer = z.strictObject({
  importId: z.string(),
  recorded: recordedImport.optional(),
  job: z.strictObject({
    jobId: z.string(), dryRun: z.boolean(), state: z.enum(['running', 'done', 'failed']),
    progress: z.strictObject({ phase: z.enum(['checking', 'storing']), rows: z.number().int(), percent: z.number(), rowsPerSecond: z.number() }).optional(),
    report: report.optional(), problem: problem.optional(),
  }).optional().describe('While this process remembers the run'),
}).meta({ id: 'ImportProgress' });
