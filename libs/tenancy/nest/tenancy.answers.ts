import { z } from 'zod';
import { identity } from '#contracts/fields';

export const identityAnswer = z.strictObject({ version: z.number().int().optional(), identity: identity.optional(), publicUrl: z.string().optional(), policyVersion: z.string() }).meta({ id: 'Identity' });

export const sender = z.strictObject({
  senderId: z.string(), version: z.number().int(), fromName: z.string(), fromAddress: z.string(), replyTo: z.string().optional(),
  replyToAttested: z.boolean().describe('Somebody reads the reply-to mailbox (SND-05)'),
  dkim: z.strictObject({ domain: z.string(), selector: z.string() }).optional(),
  verifiedBy: z.enum(['dns', 'zone_file']).optional().describe('How our key was found at the selector'),
}).meta({ id: 'Sender' });

export const addedSender = sender.extend({ publish: z.strictObject({ name: z.string(), value: z.string() }).optional().describe('The TXT record to publish') }).meta({ id: 'AddedSender' });

export const lia = z.strictObject({ liaId: z.string(), interest: z.string(), recordedAt: z.iso.datetime(), approvedAt: z.iso.datetime().optional() }).meta({ id: 'LegitimateInterestAssessment' });
