import type { PurposeClass } from '#kernel/envelope';

export interface KeyOwner {
  readonly tenantId: string;
  /** Prospect, case or import id: whose data the key opens. */
  readonly subjectId: string;
  readonly purposeClass: PurposeClass;
}

export interface DataKey {
  readonly kid: string;
  /** 32 bytes; never leaves memory. */
  readonly key: Buffer;
}

/** Whose key is wanted, and the key to take if the owner has none: one that has sealed something already. */
export interface NewKey extends KeyOwner {
  readonly proposed?: DataKey | undefined;
}

export type KeyState = 'present' | 'destroyed' | 'missing';

/**
 * One data key per tenant, person and purpose class, wrapped by a key that lives elsewhere. Destroying leaves a tombstone: only a
 * tombstone reads `[erased]`, plain absence is an alarm (`missing-data-key`).
 */
export interface KeyVault {
  /** Creates keys, once per owner; durable when answered. An owner whose key was destroyed never gets another (INV-06). */
  create(owners: readonly NewKey[]): Promise<DataKey[]>;
  /** The owner's live key, or its state. */
  find(owner: KeyOwner): Promise<DataKey | KeyState>;
  /** The key by id, or why there is none. */
  key(kid: string): Promise<DataKey | 'destroyed' | 'missing'>;
  keysOf(subjectId: string): Promise<{ kid: string; purposeClass: PurposeClass; state: KeyState }[]>;
  /** Wipes the wrapped bytes and leaves tombstones; returns the kids destroyed now or before. Day is `YYYY-MM-DD`. */
  destroy(kids: readonly string[], day: string): Promise<string[]>;
  /** Makes sure that no freed page or log still holds destroyed bytes, as far as the engine lets a client do that; call before a proof is issued. */
  scrub(): Promise<void>;
}
