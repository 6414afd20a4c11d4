import { randomBytes } from 'node:crypto';
import type { DomainEvent } from '#kernel/decider';
import { randomId } from '#kernel/ids';
import { defineProjection } from '#kernel/projection';
import type { TestEngine } from '#test/support/engine';
import type { AnyProcessManager } from './process-manager-runner.js';

export const newContact = (): string => randomId(randomBytes, 'contact');
export const restricted = (contactId: string, ground = 'dispute'): DomainEvent => ({ type: 'RestrictionSet', data: { contactId, ground } });
export const lifted = (contactId: string): DomainEvent => ({ type: 'RestrictionLifted', data: { contactId, ground: 'dispute' } });

export function append({ log, meta }: TestEngine, streamId: string, events: DomainEvent[]) {
  return log.append({ streamId, expected: 'any', events, meta });
}

/** One document per contact: how often it was restricted, and whether it is now. A lift of an unrestricted contact removes it. */
export const restrictions = (version = 1) => defineProjection<{ contactId: string; now: 0 | 1; times: number; grounds: string[] }>({
  name: 'restrictions', version, indexes: ['contactId', 'now'],
  handlers: {
    RestrictionSet: ({ data, streamId }) => [{
      id: streamId,
      change: (doc) => ({ contactId: streamId, now: 1, times: (doc?.times ?? 0) + 1, grounds: [...(doc?.grounds ?? []), String(data['ground'])] }),
    }],
    RestrictionLifted: ({ streamId }) => [{ id: streamId, change: (doc) => (doc === undefined ? undefined : doc.now === 0 ? null : { ...doc, now: 0 }) }],
  },
});

/** Owes one message to a supervisor for each restricted contact, `waitMs` after the restriction, until it is lifted. */
export const supervisor = (waitMs = 0): AnyProcessManager => ({
  name: 'supervisor', version: 1, indexes: [],
  handlers: {
    RestrictionSet: ({ streamId, recordedAt }) => [{ id: streamId, change: () => ({ contactId: streamId, owed: 1, nextAt: new Date(Date.parse(recordedAt) + waitMs).toISOString() }) }],
    RestrictionLifted: ({ streamId }) => [{ id: streamId, change: (doc) => (doc === undefined ? undefined : { ...doc, owed: 0 }) }],
  },
  due: (doc) => [{ tell: doc['contactId'] }],
});
