/** Long-lived secrets (losing them loses suppression) and the key that wraps data keys. */
export interface KeyProvider {
  /** 32 bytes that wrap data keys. */
  wrappingKey(): Promise<{ id: number; key: Buffer }>;
  /** Peppers and sealing keys by name, created on first use: `suppression-pepper`, `unsubscribe-token`, `dispatch-id`. 32 bytes. */
  secret(name: string): Promise<{ version: number; key: Buffer; older: ReadonlyMap<number, Buffer> }>;
  /** Ed25519 signing key of checkpoints and bundles, PKCS#8 PEM. */
  signingKey(): Promise<{ privateKeyPem: string; publicKeyPem: string; keyId: string }>;
}
