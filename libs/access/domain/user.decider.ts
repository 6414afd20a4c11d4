import type { Decider } from '#kernel/decider';
import { BadInput, NotFound } from '#kernel/errors';
import type { EventInput } from '#contracts/define-event';
import type { apiKeyIssued, apiKeyRevoked } from '#contracts/events/access/index';

export type UserEvent = EventInput<typeof apiKeyIssued> | EventInput<typeof apiKeyRevoked>;
export type IssuedKey = EventInput<typeof apiKeyIssued>['data'];

export interface UserState {
  issued: IssuedKey | undefined;
  revoked: boolean;
}

export type UserCommand =
  | { readonly kind: 'issue'; readonly key: IssuedKey; readonly at: Date }
  | { readonly kind: 'revoke'; readonly keyId: string };

/** One API key's life: issued once, revoked for ever. */
export const userDecider: Decider<UserState, UserCommand, UserEvent> = {
  foldVersion: 'user/1',
  initialState: () => ({ issued: undefined, revoked: false }),

  evolve(state, event) {
    switch (event.type) {
      case 'ApiKeyIssued': return { ...state, issued: event.data };
      case 'ApiKeyRevoked': return { ...state, revoked: true };
      default: return state;
    }
  },

  decide(command, state) {
    switch (command.kind) {
      case 'issue': {
        if (state.issued !== undefined) throw new BadInput('This key id is taken.', { code: 'key-id-taken', retriable: true, status: 409 });
        const { expiresAt } = command.key;
        if (expiresAt !== undefined && Date.parse(expiresAt) <= command.at.getTime()) {
          throw new BadInput('The key would have expired before it was made.', { code: 'key-already-expired', rule: 'ACC-05', fix: 'Give an instant in the future, or no expiry.' });
        }
        return [{ type: 'ApiKeyIssued', data: command.key }];
      }
      case 'revoke':
        if (state.issued === undefined) throw new NotFound(`There is no key ${command.keyId}.`, { code: 'unknown-key', fix: 'See `outright key list`.' });
        return state.revoked ? [] : [{ type: 'ApiKeyRevoked', data: { keyId: command.keyId } }];
    }
  },
};

/** Whether a request with this key may pass at this instant. */
export function isUsable(state: UserState, at: Date): state is UserState & { issued: IssuedKey } {
  return state.issued !== undefined && !state.revoked && (state.issued.expiresAt === undefined || Date.parse(state.issued.expiresAt) > at.getTime());
}
