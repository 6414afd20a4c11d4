import { BadInput } from '#kernel/errors';
import type { LoadedConfig } from '#tenancy/nest/config-file';

/** `OUTRIGHT_LISTEN=host:port` over the file's `http`, for containers. */
export function listenOverride(config: LoadedConfig, listen: string | undefined): LoadedConfig {
  if (listen === undefined || listen === '') return config;
  const match = /^(?:\[([0-9a-f:]+)\]|([^:]+)):(\d{1,5})$/i.exec(listen);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) throw new BadInput('OUTRIGHT_LISTEN is not host:port.', { code: 'bad-config', fix: 'Write it like 0.0.0.0:3000.' });
  return { ...config, http: { ...config.http, host: match[1] ?? match[2] ?? '127.0.0.1', port } };
}
