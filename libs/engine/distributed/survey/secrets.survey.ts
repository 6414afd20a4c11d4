import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FORMAT_FILE } from '#engine/embedded/data-folder-files';
import type { Surveyed } from './surveyed.js';

/** Names of the peppers and sealing keys of an installation. */
export const SECRETS = ['suppression-pepper', 'unsubscribe-token', 'dispatch-id'] as const;
const FILES = ['wrapping.key', 'signing.pem', ...SECRETS.map((name) => `${name}.key`)];

/** The secrets that must be there before two processes could each make their own. Looks at names alone. */
export async function surveySecrets(dataFolder: string): Promise<Surveyed[]> {
  const folder = join(dataFolder, 'secrets');
  const used = usedOnce(dataFolder);
  return FILES.map((file): Surveyed => {
    if (existsSync(join(folder, file))) return { service: 'secrets', kind: 'files', state: 'ok', what: `secret ${file}` };
    if (!used.has(file)) return { service: 'secrets', kind: 'files', state: 'missing', what: `secret ${file}`, fix: 'Make it with `outright prepare`.' };
    return { service: 'secrets', kind: 'files', state: 'failed', what: `The secret ${file} was used and is gone; it is never made again.`, fix: `Restore ${folder} from its own backup; nothing is sent until then (H11).` };
  });
}

function usedOnce(dataFolder: string): ReadonlySet<string> {
  const path = join(dataFolder, FORMAT_FILE);
  if (!existsSync(path)) return new Set();
  return new Set((JSON.parse(readFileSync(path, 'utf8')) as { secrets?: readonly string[] }).secrets ?? []);
}
