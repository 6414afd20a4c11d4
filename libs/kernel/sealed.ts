/** A personal value under its person's data key. The clear value exists only in memory, after `open`. */
export interface Sealed {
  /** Id of the data key in the vault. */
  readonly kid: string;
  /** Base64 of nonce (12 bytes), ciphertext and tag (16 bytes), AES-256-GCM. */
  readonly box: string;
  /** `EventType.field`, bound as additional authenticated data. */
  readonly of: string;
}

/** What remains of a value whose key was destroyed on purpose. */
export const ERASED = '[erased]';
export type Erased = typeof ERASED;

export function isSealed(value: unknown): value is Sealed {
  return typeof value === 'object' && value !== null && 'kid' in value && 'box' in value && 'of' in value;
}
