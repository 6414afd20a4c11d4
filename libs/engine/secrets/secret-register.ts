import { createHmac } from 'node:crypto';

/** Remembers, apart from the secrets themselves, which of them were ever handed out. */
export interface SecretRegister {
  /** Whether any version of the secret was. */
  knows(file: string): Promise<boolean>;
  /**
   * Enters the versions that were not there yet; durable when it resolves, and from then on required.
   * @returns `differs` where another process entered another secret, `lacks` with a version that was handed out and is not among these
   */
  enter(file: string, prints: ReadonlyMap<number, string>): Promise<'fits' | 'differs' | { readonly lacks: number }>;
}

/** Tells one secret from another and nothing of either: 8 bytes of an HMAC under the secret itself, in hex. */
export function fingerprint(file: string, version: number, secret: Buffer): string {
  return createHmac('sha256', secret).update(`outright secret\0${file}\0${version}`).digest('hex').slice(0, 16);
}
