import Bull from 'bull';
import { redisAddress, redisFailure } from '#engine/distributed/redis-address';
import { ANSWER_MS, type Surveyed } from './surveyed.js';

/** Version, kind and memory policy of the Redis that holds the wake-ups. */
export async function surveyRedis(url: string): Promise<Surveyed[]> {
  const redis = redisAddress(url);
  const queue = new Bull('survey', { redis: { ...redis, connectTimeout: ANSWER_MS, commandTimeout: ANSWER_MS, maxRetriesPerRequest: 0, retryStrategy: () => null } });
  // What fails is told by the question itself.
  queue.on('error', () => undefined);
  const { client } = queue;
  client.on('error', () => undefined);
  try {
    return findingsOf(`${redis.host}:${redis.port}`, fieldsOf(await client.info()));
  } catch (error) {
    throw redisFailure(error, redis);
  } finally {
    client.disconnect();
  }
}

function findingsOf(place: string, info: ReadonlyMap<string, string>): Surveyed[] {
  const told: Surveyed = { service: 'redis', state: 'ok', what: `Redis ${info.get('redis_version') ?? 'of unknown version'} at ${place}, ${info.get('maxmemory_policy') ?? 'unknown memory policy'}` };
  if (info.get('redis_mode') === 'cluster') {
    return [told, { service: 'redis', state: 'failed', what: `Redis at ${place} is a cluster; the keys of a queue must lie on one node.`, fix: 'Name a single Redis, or one with a replica and a failover in front.' }];
  }
  if (info.get('role') !== undefined && info.get('role') !== 'master') {
    return [told, { service: 'redis', state: 'failed', what: `Redis at ${place} is a replica and takes no writes.`, fix: 'Name the primary.' }];
  }
  const policy = info.get('maxmemory_policy') ?? 'noeviction';
  if (policy === 'noeviction') return [told];
  const now = info.get('maxmemory') === '0' ? 'as soon as maxmemory is set' : 'when memory is short';
  return [told, { service: 'redis', state: 'warning', what: `Redis at ${place} throws keys away ${now} (maxmemory-policy ${policy}): wake-ups would come late.`, fix: 'Set `maxmemory-policy noeviction` in redis.conf.' }];
}

const fieldsOf = (info: string): Map<string, string> => new Map(info.split('\r\n').flatMap((line) => {
  const at = line.indexOf(':');
  return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
}));
