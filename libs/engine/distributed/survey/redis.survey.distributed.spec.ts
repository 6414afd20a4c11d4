import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { surveyRedis } from './redis.survey.js';

const PROGRAM = 'redis-server';
const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
  }
});

/** A Redis of the test's own, because the shared one keeps its settings. */
async function redis(...settings: string[]): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const child = spawn(PROGRAM, ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', ...settings], { stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (part: Buffer) => { if ((said += part.toString()).includes('Ready to accept connections')) resolve(); });
    child.once('close', () => reject(new Error(said)));
  });
  return port;
}

describe('survey of Redis', () => {
  it.each([
    [['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'], 'when memory is short (maxmemory-policy allkeys-lru)'],
    [['--maxmemory-policy', 'volatile-ttl'], 'as soon as maxmemory is set (maxmemory-policy volatile-ttl)'],
  ])('H3 warns of one that throws keys away: %s', async (settings, said) => {
    const [, policy] = await surveyRedis(`redis://127.0.0.1:${await redis(...settings)}`);
    expect(policy).toMatchObject({ state: 'warning', what: expect.stringContaining(said), fix: expect.stringContaining('noeviction') });
  });

  it('refuses a replica', async () => {
    const port = await redis('--replicaof', '127.0.0.1', '1');
    expect((await surveyRedis(`redis://127.0.0.1:${port}`))[1]).toMatchObject({ state: 'failed', what: expect.stringContaining('takes no writes'), fix: 'Name the primary.' });
  });

  it('SEC-02 tells a refused password without repeating it', async () => {
    const port = await redis('--requirepass', 'right');
    const error = await surveyRedis(`redis://:s3cret@127.0.0.1:${port}`).catch((refused: unknown) => refused) as Error & { fix: string };
    expect(error).toMatchObject({ code: 'redis-unauthorised' });
    expect(error.message + error.fix).not.toContain('s3cret');
    expect(await surveyRedis(`redis://:right@127.0.0.1:${port}`)).toMatchObject([{ state: 'ok' }]);
  });
});
