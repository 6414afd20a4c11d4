import { z } from 'zod';
import { problem } from './problem.schema.js';

export const jobView = z.strictObject({
  jobId: z.string(),
  kind: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  startedAt: z.iso.datetime(),
  progress: z.strictObject({ percent: z.number().optional(), note: z.string().optional(), done: z.number().optional(), perSecond: z.number().optional() }),
  result: z.unknown().optional().describe('What the route would have answered at once'),
  problem: problem.optional(),
  url: z.string(),
}).meta({ id: 'Job' });
