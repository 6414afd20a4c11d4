import type { Actor, ProcessingRole } from '#kernel/envelope';

/** Who acts, for whom, under which policy. Recorded with every event. */
export interface EventMeta {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly policyVersion: string;
  readonly role?: ProcessingRole;
  readonly cause?: string;
  /** When it happened in the world; default is the recording instant. */
  readonly occurredAt?: Date;
}
