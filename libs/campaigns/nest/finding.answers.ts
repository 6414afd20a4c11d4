import { z } from 'zod';

export const contentFinding = z.strictObject({
  id: z.string(),
  severity: z.enum(['error', 'warning']),
  rule: z.string().describe('Requirement ID'),
  clause: z.string().describe('Statute, article or RFC section'),
  message: z.string(),
  fix: z.string(),
  where: z.strictObject({ part: z.enum(['subject', 'text', 'html', 'headers', 'identity', 'template']), line: z.number().int().optional(), column: z.number().int().optional() }).optional(),
  overridable: z.literal(true).optional().describe('An officer may override it at the launch, with a reason'),
}).meta({ id: 'ContentFinding' });
