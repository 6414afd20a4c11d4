import { z } from 'zod';

const letter = z.strictObject({
  id: z.string(), consumer: z.string(), streamId: z.string().describe('Opaque: the stream that stands still'),
  version: z.number().int().describe('Of the event that cannot be handled'), events: z.number().int().describe('How many wait, with that one'),
  code: z.string().describe('Why: the code or the kind of the error'), firstSeenAt: z.iso.datetime(), lastSeenAt: z.iso.datetime(),
  count: z.number().int().describe('How often it was tried in vain'), state: z.enum(['set-aside', 'replay-wanted', 'replayed']),
  by: z.string().optional().describe('Who wanted it replayed'), replayedAt: z.iso.datetime().optional(),
});

export const deadLetter = letter.meta({ id: 'DeadLetter', description: 'An event that a consumer cannot handle, and with it all later ones of its stream. Nothing is sent to the contact meanwhile.' });
export const deadLetterList = z.strictObject({ items: z.array(deadLetter) });
export const deadLetterReplay = z.strictObject({
  dryRun: z.boolean(),
  items: z.array(letter.extend({ outcome: z.enum(['would-replay', 'replayed', 'failed-again', 'waiting']).describe('`waiting`: its consumer does not run here, or has not come to it yet; it is replayed as soon as it does') })),
}).meta({ id: 'DeadLetterReplay' });
