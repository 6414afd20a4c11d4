import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { RandomSource } from '#kernel/ids';
import type { KeyProvider } from './key-provider.port.js';
import { openByPassphrase, sealByPassphrase, type PassphraseSealed } from './passphrase-seal.js';
import { SecretFiles, unreadableSecret, type SecretMarker } from './secret-files.js';

const WRAPPING = 'wrapping.key';
const SIGNING = 'signing.pem';
const SECRET_NAME = /^[a-z][a-z0-9-]{0,63}$/;

type Secret = Awaited<ReturnType<KeyProvider['secret']>>;
type WrappingKey = Awaited<ReturnType<KeyProvider['wrappingKey']>>;
type SigningKey = Awaited<ReturnType<KeyProvider['signingKey']>>;

interface SecretFile {
  readonly current: number;
  /** Base64 by version. */
  readonly versions: Record<string, string>;
}

type WrappingFile = { readonly id: number; readonly key: string } | { readonly id: number; readonly sealed: PassphraseSealed };

export interface FileKeyProviderOptions {
  /** Existing folder, mode 0700. */
  readonly folder: string;
  readonly marker: SecretMarker;
  readonly random: RandomSource;
  /** Seals the wrapping key; one that lay open is sealed on the next use. */
  readonly passphrase?: string | undefined;
}

/** Secrets in files beside the data, read once and kept in memory. */
export class FileKeyProvider implements KeyProvider {
  private readonly files: SecretFiles;
  private readonly secrets = new Map<string, Secret>();
  private wrapping: Promise<WrappingKey> | undefined;
  private signing: SigningKey | undefined;

  constructor(private readonly options: FileKeyProviderOptions) {
    this.files = new SecretFiles(options.folder, options.marker);
  }

  wrappingKey(): Promise<WrappingKey> {
    this.wrapping ??= this.loadWrappingKey().catch((error: unknown) => {
      this.wrapping = undefined;
      throw error;
    });
    return this.wrapping;
  }

  async secret(name: string): Promise<Secret> {
    return this.secrets.get(name) ?? this.loadSecret(name);
  }

  /** Makes a new version current; the older ones stay readable for ever. */
  async rotate(name: string): Promise<Secret> {
    const { version, key, older } = await this.secret(name);
    const versions = new Map([...older, [version, key], [version + 1, this.options.random(32)]]);
    return this.writeSecret(name, version + 1, versions);
  }

  async signingKey(): Promise<SigningKey> {
    this.signing ??= this.loadSigningKey();
    return this.signing;
  }

  private async loadWrappingKey(): Promise<WrappingKey> {
    const { passphrase, random } = this.options;
    const text = this.files.read(WRAPPING);
    const file = text === undefined ? undefined : parse<WrappingFile>(WRAPPING, text);
    if (file !== undefined && 'sealed' in file) return { id: file.id, key: await openByPassphrase(passphrase, file.sealed, WRAPPING) };
    const id = file?.id ?? 1;
    const key = file === undefined ? random(32) : bytes32(WRAPPING, file.key);
    if (passphrase !== undefined) this.write(WRAPPING, { id, sealed: await sealByPassphrase(passphrase, key, WRAPPING, random) });
    else if (file === undefined) this.write(WRAPPING, { id, key: key.toString('base64') });
    return { id, key };
  }

  private loadSecret(name: string): Secret {
    if (!SECRET_NAME.test(name)) throw new TypeError(`Not a secret's name: ${name}`);
    const text = this.files.read(`${name}.key`);
    if (text === undefined) return this.writeSecret(name, 1, new Map([[1, this.options.random(32)]]));
    const { current, versions } = parse<SecretFile>(`${name}.key`, text);
    return this.keep(name, current, new Map(Object.entries(versions).map(([version, key]) => [Number(version), bytes32(`${name}.key`, key)])));
  }

  private writeSecret(name: string, current: number, versions: ReadonlyMap<number, Buffer>): Secret {
    const encoded = Object.fromEntries([...versions].map(([version, key]) => [version, key.toString('base64')]));
    this.write(`${name}.key`, { current, versions: encoded });
    return this.keep(name, current, versions);
  }

  private keep(name: string, version: number, versions: ReadonlyMap<number, Buffer>): Secret {
    const key = versions.get(version);
    if (key === undefined) throw unreadableSecret(`${name}.key`);
    const secret = { version, key, older: new Map([...versions].filter(([other]) => other !== version)) };
    this.secrets.set(name, secret);
    return secret;
  }

  private loadSigningKey(): SigningKey {
    let privateKeyPem = this.files.read(SIGNING);
    if (privateKeyPem === undefined) {
      privateKeyPem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      this.files.write(SIGNING, privateKeyPem);
    }
    try {
      const publicKey = createPublicKey(createPrivateKey(privateKeyPem));
      const keyId = createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('hex').slice(0, 16);
      return { privateKeyPem, publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(), keyId };
    } catch (cause) {
      throw unreadableSecret(SIGNING, cause);
    }
  }

  private write(file: string, content: WrappingFile | SecretFile): void {
    this.files.write(file, `${JSON.stringify(content)}\n`);
  }
}

function parse<T>(file: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw unreadableSecret(file);
  }
}

function bytes32(file: string, base64: unknown): Buffer {
  const bytes = typeof base64 === 'string' ? Buffer.from(base64, 'base64') : Buffer.alloc(0);
  if (bytes.length !== 32) throw unreadableSecret(file);
  return bytes;
}
