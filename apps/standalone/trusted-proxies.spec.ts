import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import type { AppClient } from '#test/support/app-client';
import { testStandalone, type TestStandalone } from '#test/support/standalone';
import { removeTempFolders } from '#test/support/temp-folder';

const LIMIT = 60;
let app: TestStandalone;
afterEach(() => app.close());
afterAll(removeTempFolders);

async function behind(trustedProxies?: readonly string[]): Promise<AppClient> {
  app = await testStandalone({ work: false, extra: { http: { host: '127.0.0.1', port: 0, ...(trustedProxies === undefined ? {} : { trustedProxies }) } } });
  return app.as('none');
}
const typed = async (client: AppClient, forwardedFor: string): Promise<number> =>
  (await client.post('/u', { body: 'address=none', headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': forwardedFor } })).status;
/** Uses up the limit of one source, whatever the header says each time; the next one tells whose limit it was. */
async function exhaust(client: AppClient, forwardedFor: (n: number) => string): Promise<void> {
  for (let n = 0; n < LIMIT; n++) expect(await typed(client, forwardedFor(n))).toBe(400);
}

describe('limits per source behind a reverse proxy', () => {
  it('SEC-04 by default a forged X-Forwarded-For is ignored: the peer is the source', async () => {
    const client = await behind();
    await exhaust(client, (n) => `203.0.113.${n}`);
    expect(await typed(client, '198.51.100.1')).toBe(429);
  });

  it('SEC-04 a peer that is not on the list is not believed either', async () => {
    const client = await behind(['10.0.0.0/8', '::1']);
    await exhaust(client, (n) => `203.0.113.${n}`);
    expect(await typed(client, '198.51.100.1')).toBe(429);
  });

  it('SEC-04 from a trusted proxy each client has a limit of its own, with or without a port', async () => {
    const client = await behind(['127.0.0.1']);
    await exhaust(client, (n) => `203.0.113.9:${50_000 + n}`);
    expect(await typed(client, '203.0.113.9')).toBe(429);
    expect(await typed(client, '203.0.113.10')).toBe(400);
    const wrong = { headers: { authorization: `Bearer ork_0123456789abcdef_${'A'.repeat(43)}`, 'x-forwarded-for': '203.0.113.9' } };
    for (let n = 0; n < 5; n++) expect((await client.get('/v1/imports', wrong)).status).toBe(401);
    expect((await client.get('/v1/imports', wrong)).status).toBe(429);
    expect((await client.get('/v1/imports', { headers: { ...wrong.headers, 'x-forwarded-for': '203.0.113.10' } })).status).toBe(401);
  });

  it('SEC-04 the right-most hop that is no trusted proxy wins: what a client writes further left changes nothing', async () => {
    const client = await behind(['127.0.0.0/8', '10.0.0.0/8']);
    await exhaust(client, (n) => `198.51.100.${n}, 10.9.9.9, 203.0.113.9, 10.1.2.3`);
    expect(await typed(client, '127.0.0.1, 203.0.113.9, 10.1.2.3')).toBe(429);
    expect(await typed(client, '203.0.113.9, 203.0.113.10, 10.1.2.3')).toBe(400);
  });

  it('over the socket in the data folder the header names nobody', async () => {
    await behind(['127.0.0.1']);
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    expect((await app.local.get('/v1/identity', { headers })).status).toBe(200);
    await exhaust(app.local, (n) => `203.0.113.${n}`);
    expect(await typed(app.local, '198.51.100.1')).toBe(429);
  });
});
