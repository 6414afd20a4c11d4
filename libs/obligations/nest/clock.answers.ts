import { z } from 'zod';

export const clockRow = z.strictObject({
  clockId: z.string(), kind: z.string(), title: z.string(), tenant: z.string(),
  caseRef: z.string().describe('Opaque: a case, contact or prospect stream'),
  trigger: z.string(), triggeredAt: z.iso.datetime(), receivedAt: z.iso.datetime().optional(), dueAt: z.iso.datetime(),
  dueLocal: z.string().describe('Wall time with offset in the zone of the tenant'),
  denyAt: z.iso.datetime().optional().describe('From here on nothing is sent'),
  strict: z.iso.date(), legalLatest: z.iso.date().describe('Shown, never used'),
  level: z.enum(['green', 'amber', 'red', 'overdue', 'met', 'missed']), elapsedPercent: z.number().int(),
  metAt: z.iso.datetime().optional(), metBy: z.string().optional(), blocker: z.string(), owner: z.string(), nextAction: z.string(), policyVersion: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
}).meta({ id: 'LegalClock' });
