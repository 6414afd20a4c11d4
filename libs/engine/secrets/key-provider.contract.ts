import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createPublicKey, sign, verify } from 'node:crypto';
import type { KeyProvider } from './key-provider.port.js';

export interface KeyProviderUnderTest {
  readonly provider: KeyProvider;
  /** The same secrets after a restart. */
  reopen(): Promise<KeyProvider>;
  close(): Promise<void>;
}

/** What every key provider promises. */
export function keyProviderContract(name: string, open: () => Promise<KeyProviderUnderTest>): void {
  describe(`key provider contract: ${name}`, () => {
    let under: KeyProviderUnderTest;
    let provider: KeyProvider;
    beforeEach(async () => ({ provider } = under = await open()));
    afterEach(() => under.close());

    it('SUP-09 gives the same secrets again, also after a restart', async () => {
      const before = [await provider.wrappingKey(), await provider.secret('suppression-pepper'), await provider.secret('unsubscribe-token'), await provider.signingKey()];
      const reopened = await under.reopen();
      expect([await reopened.wrappingKey(), await reopened.secret('suppression-pepper'), await reopened.secret('unsubscribe-token'), await reopened.signingKey()]).toEqual(before);
    });

    it('gives 32 bytes to each name, all different', async () => {
      const keys = [(await provider.wrappingKey()).key, (await provider.secret('suppression-pepper')).key, (await provider.secret('dispatch-id')).key];
      expect(keys.map((key) => key.length)).toEqual([32, 32, 32]);
      expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(3);
    });

    it('gives concurrent first users the same secret', async () => {
      const wrapping = await Promise.all(Array.from({ length: 5 }, () => provider.wrappingKey()));
      const secrets = await Promise.all(Array.from({ length: 5 }, () => provider.secret('dispatch-id')));
      for (const keys of [wrapping, secrets]) expect(new Set(keys.map(({ key }) => key.toString('hex'))).size).toBe(1);
    });

    it('signs with Ed25519 under a key id that the public key gives', async () => {
      const { privateKeyPem, publicKeyPem, keyId } = await provider.signingKey();
      expect(createPublicKey(publicKeyPem).asymmetricKeyType).toBe('ed25519');
      const message = Buffer.from('a checkpoint');
      expect(verify(null, message, publicKeyPem, sign(null, message, privateKeyPem))).toBe(true);
      expect(keyId).toMatch(/^[0-9a-f]{16}$/);
    });
  });
}
