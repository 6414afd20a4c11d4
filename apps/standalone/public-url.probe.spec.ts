import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { assertPublicUrlAnswers } from './public-url.probe.js';

let server: Server | undefined;
afterEach(() => new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve()))));

async function listening(listener: RequestListener): Promise<string> {
  const made = server = createServer(listener);
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

describe('probe of publicUrl', () => {
  it('OPT-01 this very process answering is the proof', async () => {
    const url = await listening((request, response) => response.end(JSON.stringify(request.url === '/healthz' ? { instance: 'me' } : {})));
    await expect(assertPublicUrlAnswers(url, 'me')).resolves.toBeUndefined();
    await expect(assertPublicUrlAnswers(`${url}/some/path?q`, 'me')).resolves.toBeUndefined();
  });

  it.each<[string, RequestListener, string]>([
    ['another process', (_request, response) => response.end(JSON.stringify({ instance: 'other' })), 'another process answers there'],
    ['a page that is no JSON', (_request, response) => response.end('<h1>Parked</h1>'), 'no readable answer'],
    ['a redirect', (_request, response) => response.writeHead(302, { location: '/' }).end(), 'no readable answer'],
    ['a connection that breaks', (request) => request.socket.destroy(), 'no readable answer'],
  ])('OPT-01 %s is refused: recipients could not leave', async (_what, listener, why) => {
    const url = await listening(listener);
    await expect(assertPublicUrlAnswers(url, 'me')).rejects.toMatchObject({ code: 'public-url-unreachable', rule: 'OPT-01', retriable: true, exit: 3, message: expect.stringContaining(why), fix: expect.stringContaining(url) });
  });

  it('OPT-01 nobody listening is refused', async () => {
    const url = await listening(() => undefined);
    await new Promise<void>((resolve) => server!.close(() => resolve()));
    server = undefined;
    await expect(assertPublicUrlAnswers(url, 'me')).rejects.toMatchObject({ code: 'public-url-unreachable' });
  });
});
