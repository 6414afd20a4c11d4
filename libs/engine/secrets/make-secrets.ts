import type { KeyProvider } from './key-provider.port.js';

/** Every secret that the product asks for by its name. */
export const SECRETS = ['suppression-pepper', 'unsubscribe-token', 'dispatch-id'] as const;

/**
 * Makes what is not there yet of all secrets that an installation needs, so that its folder of secrets can be copied before a second machine starts.
 * Those that are there are checked. @throws OutrightError `missing-secret`, `secret-differs`, `unreadable-secret`, `passphrase-needed`, `wrong-passphrase`
 */
export async function makeSecrets(keys: KeyProvider): Promise<void> {
  await keys.wrappingKey();
  await keys.signingKey();
  for (const name of SECRETS) await keys.secret(name);
}
