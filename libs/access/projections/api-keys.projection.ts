import { defineProjection } from '#kernel/projection';
import type { IssuedKey } from '../domain/user.decider.js';

export const API_KEYS = 'api-keys';

/** A key as lists show it: never its hash. */
export interface ApiKeyDoc extends Record<string, unknown> {
  keyId: string;
  role: IssuedKey['role'];
  label: string;
  issuedAt: string;
  expiresAt?: string | undefined;
  state: 'active' | 'revoked';
  revokedAt?: string | undefined;
}

export const apiKeys = defineProjection<ApiKeyDoc>({
  name: API_KEYS,
  version: 1,
  indexes: ['role', 'state', 'issuedAt'],
  handlers: {
    ApiKeyIssued: ({ data, recordedAt }) => {
      const { keyId, role, label, expiresAt } = data as unknown as IssuedKey;
      return [{ id: keyId, change: () => ({ keyId, role, label, issuedAt: recordedAt, state: 'active', ...(expiresAt === undefined ? {} : { expiresAt }) }) }];
    },
    ApiKeyRevoked: ({ data, recordedAt }) => [{
      id: String(data['keyId']),
      change: (doc) => (doc === undefined ? undefined : { ...doc, state: 'revoked', revokedAt: recordedAt }),
    }],
  },
});
