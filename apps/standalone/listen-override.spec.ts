import { describe, expect, it } from '@jest/globals';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import { listenOverride } from './listen-override.js';

const config = { http: { host: '127.0.0.1', port: 3000, trustedProxies: ['10.0.0.1'] }, data: '/data' } as LoadedConfig;

describe('OUTRIGHT_LISTEN', () => {
  it.each([
    ['0.0.0.0:8080', { host: '0.0.0.0', port: 8080 }], ['localhost:0', { host: 'localhost', port: 0 }], ['[::]:3000', { host: '::', port: 3000 }], ['[::1]:65535', { host: '::1', port: 65_535 }],
  ])('%s stands over the file', (listen, http) => {
    expect(listenOverride(config, listen)).toEqual({ ...config, http: { ...http, trustedProxies: ['10.0.0.1'] } });
  });

  it.each([undefined, ''])('%j leaves the file as it is', (listen) => {
    expect(listenOverride(config, listen)).toBe(config);
  });

  it.each(['3000', ':3000', '0.0.0.0:65536', '::1:3000', 'host:port', 'host:', 'http://host:1'])('%s is refused', (listen) => {
    expect(() => listenOverride(config, listen)).toThrow('OUTRIGHT_LISTEN is not host:port.');
  });
});
