import { OutrightError } from '#kernel/errors';
import { ERASED, type Erased, type Sealed } from '#kernel/sealed';
import type { KeyVault } from '#engine/key-vault/key-vault.port';
import { unseal } from './sealer.js';

/** A data key is gone without a tombstone: an alarm, never `[erased]` (architecture section 5). */
export class MissingDataKey extends OutrightError {
  constructor(kid: string) {
    super(`The data key ${kid} is missing and was not destroyed on purpose.`, {
      code: 'missing-data-key', rule: 'ERA-10', status: 500, exit: 1,
      fix: 'Stop sending, and restore the key store from its last backup.',
    });
  }
}

/** Opens sealed values in memory. Showing them to a person needs an access record first (ACC-01): see the access context. */
export class PersonalData {
  private alarm: ((error: MissingDataKey) => void) | undefined;

  constructor(private readonly vault: KeyVault) {}

  onMissingKey(alarm: (error: MissingDataKey) => void): void {
    this.alarm = alarm;
  }

  /** Raises the alarm for a key that somebody else found missing, without opening anything. */
  missing(kid: string): void {
    this.alarm?.(new MissingDataKey(kid));
  }

  async open<T>(sealed: Sealed): Promise<T | Erased> {
    const key = await this.vault.key(sealed.kid);
    if (key === 'destroyed') return ERASED;
    if (key === 'missing') {
      const error = new MissingDataKey(sealed.kid);
      this.alarm?.(error);
      throw error;
    }
    return unseal(sealed, key) as T;
  }
}
