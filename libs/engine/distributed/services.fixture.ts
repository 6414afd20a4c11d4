import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface Services {
  readonly mongoUrl: string;
  readonly kafkaBrokers: readonly string[];
  readonly redisUrl: string;
}

/** The services that `npm run services:up` started. Without them a test fails; it never skips. */
export function runningServices(): Services {
  const file = process.env.OUTRIGHT_SERVICES ?? '.services/services.json';
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Services;
  } catch (cause) {
    throw new Error(`No services are running: ${file} cannot be read. Start them with npm run services:up.`, { cause });
  }
}

/** A database, topic or key prefix of its own for one test: letters, digits and underscores. */
export const uniqueName = (what: string): string => `${what}_${randomBytes(6).toString('hex')}`;
