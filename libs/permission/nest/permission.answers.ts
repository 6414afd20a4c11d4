import { z } from 'zod';
import { counts, optOutChannel } from '#contracts/fields';

export const optOut = z.strictObject({
  contactId: z.string(), prospectId: z.string(), kind: z.enum(['opt_out', 'objection']), channel: z.string(),
  receivedAt: z.iso.datetime(), erasureDueAt: z.iso.datetime(), recordedAt: z.iso.datetime(),
}).meta({ id: 'OptOut', description: `Channels: ${optOutChannel.options.join(', ')}` });

export const recordedOptOuts = z.strictObject({
  recorded: z.number().int(), receivedAt: z.iso.datetime(), erasureDueAt: z.iso.datetime().optional(),
  refused: z.array(z.strictObject({ index: z.number().int().describe('Place in addresses, from 0'), problem: z.string() })).describe('The others were recorded'),
}).meta({ id: 'RecordedOptOuts' });

export const suppressionCounts = z.strictObject({ byReason: counts, total: z.number().int() }).meta({ id: 'SuppressionCounts' });

export const suppressionImport = z.strictObject({
  dryRun: z.boolean(), fileHash: z.string().describe('Keyed hash: the same file gives the same one'), alreadyImported: z.boolean(),
  counts: z.strictObject({ rows: z.number().int(), emails: z.number().int(), domains: z.number().int(), added: z.number().int(), existing: z.number().int(), refused: z.number().int() }),
  findings: z.array(z.strictObject({ line: z.number().int(), problem: z.string() })).describe('The first 1,000 refused lines; never a value'),
}).meta({ id: 'SuppressionImport' });
