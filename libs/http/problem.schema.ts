import { z } from 'zod';

/** RFC 9457, as `problemOf` writes it. */
export const problem = z.strictObject({
  type: z.string(),
  title: z.string().describe('The cause, without personal data'),
  status: z.number().int(),
  code: z.string(),
  rule: z.string().optional().describe('Requirement ID or clause'),
  fix: z.string().optional().describe('What to do'),
  exit: z.number().int().optional().describe('Exit code of the command line'),
  retriable: z.boolean().optional().describe('The same request may succeed later'),
  findings: z.array(z.unknown()).optional().describe('One per line, field or place'),
}).meta({ id: 'Problem', description: 'Problem document (RFC 9457)' });
