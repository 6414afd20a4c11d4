import type { SecretRegister } from './secret-register.js';

/** A data folder, which only one process has: it keeps names, and nobody else could have made another secret. */
interface SecretNames {
  knowsSecret(name: string): boolean;
  recordSecret(name: string): void;
}

export class FolderSecretRegister implements SecretRegister {
  constructor(private readonly names: SecretNames) {}

  async knows(file: string): Promise<boolean> {
    return this.names.knowsSecret(file);
  }

  async enter(file: string): Promise<'fits'> {
    this.names.recordSecret(file);
    return 'fits';
  }
}
