import { z } from 'zod';

const known = {
  keyId: z.string(),
  role: z.enum(['sales', 'officer', 'auditor']),
  label: z.string(),
  expiresAt: z.iso.datetime().optional(),
};

export const apiKey = z.strictObject({
  ...known,
  issuedAt: z.iso.datetime(),
  state: z.enum(['active', 'revoked']),
  revokedAt: z.iso.datetime().optional(),
  usable: z.boolean(),
}).meta({ id: 'ApiKey' });

export const newApiKey = z.strictObject({ ...known, key: z.string().describe('The key itself, shown this once') }).meta({ id: 'NewApiKey' });

export const revokedKey = z.strictObject({ keyId: z.string(), state: z.literal('revoked') });
