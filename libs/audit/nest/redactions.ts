import type { KeyVault } from '#engine/key-vault/key-vault.port';
import { readEnvelope } from '#kernel/envelope';
import { isSealed } from '#kernel/sealed';

export interface RedactionCount {
  /** Sealed and still openable by the installation, not by whoever holds a bundle. */
  sealed: number;
  /** Sealed under a key that was destroyed: nobody can open it any more. */
  erased: number;
  /** Sealed under a key that is gone without a tombstone: an alarm. */
  keyMissing: number;
}

/** Counts sealed fields by event type and field, with the state of their keys. */
export class Redactions {
  private readonly states = new Map<string, 'present' | 'destroyed' | 'missing'>();
  private readonly fields: Record<string, RedactionCount> = {};

  constructor(private readonly vault: Pick<KeyVault, 'key'>) {}

  async add(bytes: Uint8Array): Promise<void> {
    let data: Record<string, unknown>;
    let type: string;
    try {
      ({ data, type } = readEnvelope(bytes));
      if (typeof data !== 'object' || data === null) return;
    } catch {
      return; // a damaged event is a finding of the verification, not of this count
    }
    for (const [field, value] of Object.entries(data)) {
      if (!isSealed(value)) continue;
      const count = (this.fields[`${type}.${field}`] ??= { sealed: 0, erased: 0, keyMissing: 0 });
      const state = await this.stateOf(value.kid);
      count[({ present: 'sealed', destroyed: 'erased', missing: 'keyMissing' } as const)[state]] += 1;
    }
  }

  report(): { fields: Record<string, RedactionCount>; keys: Record<string, number>; note: string } {
    const keys = { present: 0, destroyed: 0, missing: 0 };
    for (const state of this.states.values()) keys[state] += 1;
    return {
      note: 'Every personal field in this bundle is sealed; no key is in it. “erased” can never be opened again by anybody.',
      keys,
      fields: Object.fromEntries(Object.entries(this.fields).sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }

  private async stateOf(kid: string): Promise<'present' | 'destroyed' | 'missing'> {
    let state = this.states.get(kid);
    if (state === undefined) {
      const key = await this.vault.key(kid);
      state = typeof key === 'string' ? key : 'present';
      this.states.set(kid, state);
    }
    return state;
  }
}
