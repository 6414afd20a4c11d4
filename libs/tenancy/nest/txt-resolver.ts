import { readFileSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { BadInput } from '#kernel/errors';
import { readZoneFile } from '../domain/zone-file.js';

/** Looks up TXT records: in DNS, or in a zone file while SMTP stays on this machine. A name without records gives an empty list. */
export interface TxtResolver {
  readonly kind: 'dns' | 'zone_file';
  txt(name: string): Promise<string[]>;
}

export function txtResolverOver(resolver: Resolver): TxtResolver {
  return {
    kind: 'dns',
    async txt(name) {
      try {
        return (await resolver.resolveTxt(name)).map((chunks) => chunks.join(''));
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === 'ENODATA' || code === 'ENOTFOUND') return [];
        throw new BadInput(`DNS did not answer for ${name} (${code ?? 'no code'}).`, { code: 'dns-unreachable', rule: 'SND-05', status: 503, retriable: true, cause: error, fix: 'Try again when DNS answers.' });
      }
    },
  };
}

export const dnsTxtResolver: TxtResolver = txtResolverOver(new Resolver());

export function zoneFileTxtResolver(path: string): TxtResolver {
  return {
    kind: 'zone_file',
    async txt(name) {
      return readZoneFile(zoneText(path)).get(name.replace(/\.$/, '').toLowerCase()) ?? [];
    },
  };
}

function zoneText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new BadInput('The zone file cannot be read.', { code: 'zone-file-unreadable', rule: 'SND-05', cause, fix: 'Check dnsZoneFile and its permissions, or remove it to ask DNS.' });
  }
}
