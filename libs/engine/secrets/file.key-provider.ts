import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { RandomSource } from '#kernel/ids';
import type { KeyProvider } from './key-provider.port.js';
import { openByPassphrase, sealByPassphrase, type PassphraseSealed } from './passphrase-seal.js';
import { SecretFiles, unreadableSecret } from './secret-files.js';
import { fingerprint, type SecretRegister } from './secret-register.js';

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
  /** Made with mode 0700 by the first secret. */
  readonly folder: string;
  readonly register: SecretRegister;
  readonly random: RandomSource;
  /** Seals the wrapping key; one that lay open is sealed on the next use. */
  readonly passphrase?: string | undefined;
}

/** Secrets in files, read once and kept in memory. Several processes may share the folder or have copies of it. */
export class FileKeyProvider implements KeyProvider {
  private readonly files: SecretFiles;
  private readonly loaded = new Map<string, Promise<unknown>>();

  constructor(private readonly options: FileKeyProviderOptions) {
    this.files = new SecretFiles(options.folder, options.register);
  }

  wrappingKey(): Promise<WrappingKey> {
    return this.once(WRAPPING, () => this.loadWrappingKey());
  }

  async secret(name: string): Promise<Secret> {
    if (!SECRET_NAME.test(name)) throw new TypeError(`Not a secret's name: ${name}`);
    return this.once(`${name}.key`, () => this.loadSecret(`${name}.key`));
  }

  signingKey(): Promise<SigningKey> {
    return this.once(SIGNING, () => this.loadSigningKey());
  }

  /** Makes a new version current; the older ones stay readable for ever. Other processes have it when they start again with a copy of the file. */
  async rotate(name: string): Promise<Secret> {
    const { version, key, older } = await this.secret(name);
    const file = `${name}.key`;
    this.files.replace(file, textOf(version + 1, new Map([...older, [version, key], [version + 1, this.options.random(32)]])));
    this.loaded.delete(file);
    return this.secret(name);
  }

  private once<T>(file: string, load: () => Promise<T>): Promise<T> {
    const known = this.loaded.get(file) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const loading = load();
    this.loaded.set(file, loading);
    loading.catch(() => this.loaded.delete(file));
    return loading;
  }

  private async loadWrappingKey(): Promise<WrappingKey> {
    const { passphrase, random } = this.options;
    const text = (await this.files.read(WRAPPING)) ?? this.files.create(WRAPPING, await this.newWrappingFile());
    const file = parse<WrappingFile>(WRAPPING, text);
    const key = 'sealed' in file ? await openByPassphrase(passphrase, file.sealed, WRAPPING) : bytes32(WRAPPING, file.key);
    await this.enter(WRAPPING, [[file.id, key]]);
    if (passphrase !== undefined && !('sealed' in file)) this.files.replace(WRAPPING, line({ id: file.id, sealed: await sealByPassphrase(passphrase, key, WRAPPING, random) }));
    return { id: file.id, key };
  }

  /** Sealed before it is on any disk. */
  private async newWrappingFile(): Promise<string> {
    const { passphrase, random } = this.options;
    const key = random(32);
    return line(passphrase === undefined ? { id: 1, key: key.toString('base64') } : { id: 1, sealed: await sealByPassphrase(passphrase, key, WRAPPING, random) });
  }

  private async loadSecret(file: string): Promise<Secret> {
    const text = (await this.files.read(file)) ?? this.files.create(file, textOf(1, new Map([[1, this.options.random(32)]])));
    const { current, versions } = parse<SecretFile>(file, text);
    const keys = new Map(Object.entries(versions).map(([version, key]) => [Number(version), bytes32(file, key)]));
    const key = keys.get(current);
    if (key === undefined) throw unreadableSecret(file);
    await this.enter(file, keys);
    return { version: current, key, older: new Map([...keys].filter(([other]) => other !== current)) };
  }

  private async loadSigningKey(): Promise<SigningKey> {
    const privateKeyPem = (await this.files.read(SIGNING)) ?? this.files.create(SIGNING, newSigningKey());
    const key = signingKeyOf(privateKeyPem);
    await this.enter(SIGNING, [[1, Buffer.from(privateKeyPem)]]);
    return key;
  }

  private enter(file: string, keys: Iterable<readonly [number, Buffer]>): Promise<void> {
    return this.files.enter(file, new Map([...keys].map(([version, key]) => [version, fingerprint(file, version, key)])));
  }
}

function newSigningKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function signingKeyOf(privateKeyPem: string): SigningKey {
  try {
    const publicKey = createPublicKey(createPrivateKey(privateKeyPem));
    const keyId = createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('hex').slice(0, 16);
    return { privateKeyPem, publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(), keyId };
  } catch (cause) {
    throw unreadableSecret(SIGNING, cause);
  }
}

const line = (content: WrappingFile | SecretFile): string => `${JSON.stringify(content)}\n`;

function textOf(current: number, versions: ReadonlyMap<number, Buffer>): string {
  return line({ current, versions: Object.fromEntries([...versions].map(([version, key]) => [version, key.toString('base64')])) });
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
