import { randomBytes } from 'node:crypto';
import type { PreparedEvent } from '#kernel/envelope';
import { randomId } from '#kernel/ids';
import type { CommitRequest } from './event-store.port.js';

/** An event as the sealing boundary hands it over, with made-up contents. */
export function preparedEvent(type = 'SomethingHappened', data: Record<string, unknown> = {}): PreparedEvent {
  const recordedAt = '2026-11-02T09:00:00.000Z';
  const body = JSON.stringify({
    eventId: randomId(randomBytes), type, schemaVersion: 1, tenantId: 'tenant-a', occurredAt: recordedAt, recordedAt,
    actor: { kind: 'system', id: 'test' }, role: 'controller', purposeClass: 'marketing', policyVersion: '1', data,
  });
  return { type, body, recordedAt };
}

export function newStream(category = 'contact'): string {
  return randomId(randomBytes, category);
}

/** A commit of one event on a new stream unless told otherwise. */
export function commitOf(commit: Partial<CommitRequest> = {}): CommitRequest {
  return { commitId: randomId(randomBytes), streamId: newStream(), expected: 'any', events: [preparedEvent()], ...commit };
}
