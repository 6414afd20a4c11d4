import { secretsFolderOf, servicesOf } from '#apps/standalone/services';
import type { ServiceName, Surveyed } from '#engine/distributed/survey/surveyed';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import type { Finding } from './doctor-checks.js';

export const TITLES: Readonly<Record<ServiceName, string>> = { kafka: 'Kafka', mongo: 'MongoDB (log)', vault: 'MongoDB (keys)', redis: 'Redis', secrets: 'secrets' };
const STATES = { ok: 'ok', made: 'ok', warning: 'warning', failed: 'failed', away: 'failed' } as const;

/** What `doctor` says of the services of the distributed engine; nothing for the embedded one. */
export async function services(config: LoadedConfig): Promise<Finding[]> {
  const { distributed } = config;
  if (distributed === undefined) return [];
  const { surveyServices } = await import('#engine/distributed/survey/survey');
  return findingsOf(await surveyServices({ ...servicesOf(distributed), secretsFolder: secretsFolderOf(config) }));
}

/** Whether the engine cannot open, or would only be waited for. */
export const cannotOpen = (findings: readonly Finding[]): boolean => findings.some(({ check, state }) => state === 'failed' && CHECKS.has(check));
const CHECKS: ReadonlySet<string> = new Set(['services', ...Object.values(TITLES)]);

/** Many alike that are in order are one finding. Indexes and secrets that are missing are made by a start; topics never are. */
export function findingsOf(surveyed: readonly Surveyed[]): Finding[] {
  const inOrder = new Map<string, Surveyed[]>();
  const findings: Finding[] = [];
  for (const found of surveyed) {
    const { service, kind, state, what, fix } = found;
    if (state === 'ok' && kind !== undefined) inOrder.set(`${service} ${kind}`, [...(inOrder.get(`${service} ${kind}`) ?? []), found]);
    else findings.push({
      check: TITLES[service], state: state !== 'missing' ? STATES[state] : kind === 'topics' ? 'failed' : 'warning',
      what: state === 'missing' ? `The ${what} is missing.` : what, ...(fix === undefined ? {} : { fix }),
    });
  }
  for (const alike of inOrder.values()) findings.push({ check: TITLES[alike[0]!.service], state: 'ok', what: `${alike.length} ${alike[0]!.kind} as they should be` });
  return findings;
}
