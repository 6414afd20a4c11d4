import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { filesContaining } from '#engine/embedded/byte-scan.fixture';
import { wrappedKeys, type WrappedKey } from '#engine/key-vault/wrapped-keys.fixture';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import { listOf } from './prospects.js';

/** A person whose every value can be told from all other bytes on the disk. */
export interface Canary {
  readonly address: string;
  readonly name: string;
  readonly company: string;
}

export function canary(): Canary {
  const mark = () => randomBytes(8).toString('hex');
  return { address: `canary${mark()}@bird${mark()}.example`, name: `Canary${mark()}`, company: `Aviary ${mark()}` };
}

/** The list of them, with their own names. */
export function canaryList(canaries: readonly Canary[]): string {
  const [header, ...rows] = listOf(canaries.map(({ address }) => address)).split('\n');
  return [header, ...rows.map((row, n) => row.replace(/,Ann\d+,Firm \d+ OÜ,/, `,${canaries[n]!.name},${canaries[n]!.company},`))].join('\n');
}

/** How a value may lie in a file: plain, in base64 at each offset, percent-encoded, and as its bare hash. */
function traces(value: string): Buffer[] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return text.slice(offset === 0 ? 0 : 4, -4);
  });
  const hash = createHash('sha256').update(value).digest();
  return [bytes, Buffer.from(encodeURIComponent(value)), ...base64.map((text) => Buffer.from(text)), hash, Buffer.from(hash.toString('hex'))];
}

/** Files of the installation that still hold something of these people. Only when no process has the folder open. */
export function remains({ data, mailFolder }: LoadedConfig, canaries: readonly Canary[], keys: readonly WrappedKey[] = []): string[] {
  const needles = [...canaries.flatMap(({ address, name, company }) => [address, name, company].flatMap(traces)), ...keys.map(({ wrapped }) => wrapped)];
  return [data, mailFolder].flatMap((folder) => filesContaining(folder, needles).map((file) => join(folder, file)));
}

export function keysOf({ data }: LoadedConfig): WrappedKey[] {
  return wrappedKeys(join(data, 'keys.db'));
}
