import { BadInput, EXIT, OutrightError } from '#kernel/errors';

/** Connection options as Bull hands them to its Redis client; times in milliseconds. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: object;
}

/**
 * @param url `redis://[user:password@]host[:port][/db]`, or `rediss://` for TLS; no message repeats it
 * @throws BadInput `redis-url`
 */
export function redisAddress(url: string): RedisAddress {
  const parts = URL.canParse(url) ? new URL(url) : undefined;
  const [, db] = /^\/?(\d*)$/.exec(parts?.pathname ?? '-') ?? [];
  if (parts === undefined || db === undefined || parts.hostname === '' || !['redis:', 'rediss:'].includes(parts.protocol)) {
    throw new BadInput('A Redis address cannot be used: it has a wrong form.', {
      code: 'redis-url', fix: 'Write it as redis://host:port or redis://host:port/database, rediss:// for TLS, with special characters of a password percent-encoded.',
    });
  }
  return {
    host: parts.hostname.replace(/^\[|\]$/g, ''), port: Number(parts.port || 6379), db: Number(db),
    ...(parts.username === '' ? {} : { username: decodeURIComponent(parts.username) }),
    ...(parts.password === '' ? {} : { password: decodeURIComponent(parts.password) }),
    ...(parts.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

/** What a failed call to Redis means for whoever made it. Neither credentials nor arguments of the call are repeated. */
export function redisFailure(cause: unknown, { host, port }: RedisAddress): OutrightError {
  if (cause instanceof OutrightError) return cause;
  const said = cause instanceof Error ? cause.message : '';
  if (/^(WRONGPASS|NOAUTH|NOPERM|ERR (invalid password|Client sent AUTH|AUTH ))/.test(said)) {
    return new OutrightError(`Redis at ${host}:${port} refuses our user or password.`, {
      code: 'redis-unauthorised', status: 503, exit: EXIT.fault, fix: 'Correct user and password in the Redis address, or the rights of that user.',
    });
  }
  if (said.startsWith('OOM')) {
    return new OutrightError(`Redis at ${host}:${port} has no memory left.`, {
      code: 'redis-full', status: 503, exit: EXIT.fault, retriable: true, fix: 'Raise maxmemory of that Redis, or free what else it holds.',
    });
  }
  return new OutrightError(`Redis at ${host}:${port} does not answer.`, {
    code: 'redis-unreachable', status: 503, exit: EXIT.fault, retriable: true, fix: `Is Redis running at ${host}:${port}, and may this machine reach it?`,
  });
}
