import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { SECRETS } from '#engine/secrets/make-secrets';
import { MongoSecretRegister } from '#engine/secrets/mongo.secret-register';
import type { Surveyed } from './surveyed.js';

const FILES = ['wrapping.key', 'signing.pem', ...SECRETS.map((name) => `${name}.key`)];

/** The secrets that must be there before two processes could each make their own. Looks at names alone. */
export async function surveySecrets(folder: string, mongoUrl: string): Promise<Surveyed[]> {
  const gone = FILES.filter((file) => !existsSync(join(folder, file)));
  const used = gone.length === 0 ? new Set<string>() : await usedOnce(gone, mongoUrl);
  return FILES.map((file): Surveyed => {
    if (!gone.includes(file)) return { service: 'secrets', kind: 'files', state: 'ok', what: `secret ${file}` };
    if (!used.has(file)) return { service: 'secrets', kind: 'files', state: 'missing', what: `secret ${file}`, fix: 'Make it with `outright prepare`.' };
    return { service: 'secrets', kind: 'files', state: 'failed', what: `The secret ${file} was used and is gone; it is never made again.`, fix: `Copy the installation's secrets into ${folder}, or restore them from their own backup; nothing is sent until then (H11).` };
  });
}

/** Nothing is known while MongoDB is away, which is a finding of its own, and then nothing is made either. */
async function usedOnce(files: readonly string[], mongoUrl: string): Promise<Set<string>> {
  const mongo = await MongoConnection.open(mongoUrl).catch(() => undefined);
  if (mongo === undefined) return new Set();
  try {
    const register = new MongoSecretRegister(mongo);
    const known = await Promise.all(files.map((file) => register.knows(file)));
    return new Set(files.filter((_, at) => known[at]));
  } finally {
    await mongo.close();
  }
}
