import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { BadInput } from '#kernel/errors';
import type { DistributedConfig } from '../domain/distributed-config.js';
import { parseInstallationConfig, type InstallationConfig } from '../domain/installation-config.js';

/** The installation file, with every path made absolute from the folder that holds it. */
export interface LoadedConfig extends InstallationConfig {
  readonly path: string;
}

/** @throws BadInput `no-config` where there is no file, `bad-config` and others as `parseInstallationConfig` */
export function loadConfigFile(path: string): LoadedConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new BadInput(`There is no installation file at ${path}.`, { code: 'no-config', cause, fix: 'Write one with `outright init`, or name another folder with --data.' });
  }
  return resolvePaths(parseInstallationConfig(text), path);
}

export function resolvePaths(config: InstallationConfig, path: string): LoadedConfig {
  const base = dirname(resolve(path));
  const absolute = (given: string) => resolve(base, given);
  return {
    ...config,
    path: resolve(path),
    data: absolute(config.data),
    mailFolder: absolute(config.mailFolder),
    ...(config.dnsZoneFile === undefined ? {} : { dnsZoneFile: absolute(config.dnsZoneFile) }),
    ...(config.checkpointMirror === undefined ? {} : { checkpointMirror: absolute(config.checkpointMirror) }),
    ...(config.distributed === undefined ? {} : { distributed: distributedPaths(config.distributed, absolute) }),
    senders: Object.fromEntries(Object.entries(config.senders).map(([id, sender]) => [id, sender.dkim === undefined ? sender : { ...sender, dkim: { ...sender.dkim, keyFile: absolute(sender.dkim.keyFile) } }])),
    smtp: Object.fromEntries(Object.entries(config.smtp).map(([name, account]) => [name, {
      ...account,
      ...(account.passwordFile === undefined ? {} : { passwordFile: absolute(account.passwordFile) }),
      ...(account.caFile === undefined ? {} : { caFile: absolute(account.caFile) }),
    }])),
  };
}

function distributedPaths({ mongo, vault, redis, kafka, secrets }: DistributedConfig, absolute: (given: string) => string): DistributedConfig {
  const place = <P extends { readonly urlFile?: string | undefined }>(given: P): P => (given.urlFile === undefined ? given : { ...given, urlFile: absolute(given.urlFile) });
  const { caFile, sasl, ...rest } = kafka;
  return {
    mongo: place(mongo), vault: place(vault), redis: place(redis), ...(secrets === undefined ? {} : { secrets: absolute(secrets) }),
    kafka: {
      ...rest,
      ...(caFile === undefined ? {} : { caFile: absolute(caFile) }),
      ...(sasl === undefined ? {} : { sasl: sasl.passwordFile === undefined ? sasl : { ...sasl, passwordFile: absolute(sasl.passwordFile) } }),
    },
  };
}
