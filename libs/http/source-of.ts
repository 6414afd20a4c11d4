import type { Request } from 'express';

const WITH_PORT = /^(?:\[([0-9a-f:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3}))(?::\d+)?$/;

/**
 * Whom a request counts against where requests are limited per source (SEC-04): the peer, or behind a proxy of `http.trustedProxies` the
 * right-most hop that is none of them. Some proxies write a port, which would make every connection a new source.
 */
export function sourceOf({ ip = '' }: Pick<Request, 'ip'>): string {
  const address = ip.toLowerCase();
  const [, six, four] = WITH_PORT.exec(address) ?? [];
  return (six ?? four ?? address).replace(/^::ffff:(?=\d+\.)/, '');
}
