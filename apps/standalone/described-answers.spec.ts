import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { TEMPLATE } from '#campaigns/domain/content/sample-content.fixture';
import { Jobs } from '#http/jobs';
import { embedded } from '#test/support/engines';
import { campaign, erasuresDone, expectStatus, finish, finished, importRows, journey, launch, oneClickPath, prospect, readyToSend, submit, type Journey } from '#test/journeys/journey';
import { removeTempFolders, tempFolder } from '#test/support/temp-folder';
import { testStandalone } from '#test/support/standalone';
import { waitFor } from '#test/support/wait-for';
import { DescribedAnswers } from './described-answers.fixture.js';

const LOCAL = { actor: { kind: 'local', id: 'tester' }, roles: ['officer'] } as const;
const close: (() => Promise<unknown>)[] = [];
afterEach(async () => { for (const one of close.splice(0).reverse()) await one(); });
afterAll(removeTempFolders);

/** An SMTP server that hangs up after the final dot without an answer. */
async function smtpThatHangsUp(): Promise<{ port: number; close(): Promise<unknown> }> {
  const server: Server = createServer((socket) => {
    let message = false;
    socket.on('error', () => undefined);
    socket.write('220 hangs.example ESMTP\r\n');
    socket.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      if (message) {
        if (text.endsWith('\r\n.\r\n')) socket.destroy();
        return;
      }
      for (const line of text.split('\r\n').filter((one) => one !== '')) {
        message ||= /^DATA/i.test(line);
        socket.write(message ? '354 go on\r\n' : '250 ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => new Promise((resolve) => server.close(resolve)) };
}

async function sends(on: Journey): Promise<void> {
  expect((await importRows(on, 'fair', [...['a', 'b', 'c'].map((name) => prospect(`${name}@fair.example`, on.clock)), prospect('d@fair.example', on.clock, { country: 'DE', recipient_type: 'private' }), prospect('x', on.clock)])).counts).toMatchObject({ refused: 1 });
  await on.sales.post('/v1/imports', { body: 'email\n"broken', headers: { 'content-type': 'text/csv' } });
  expectStatus(200, await on.sales.get('/v1/imports'));
  for (const path of ['check', 'scanners/check', 'test', 'scanners/test']) expectStatus(200, await on.sales.post(`/v1/campaigns/${path}`, { json: campaign('scanners', 'fair') }));
  await launch(on, 'scanners', 'fair');
  expectStatus(200, await on.sales.post('/v1/campaigns/launch', { json: { ...campaign('scanners', 'fair'), doNotMailListImported: true } }));
  expect(await finished(on, 'scanners')).toEqual({ handed_off: 3, refused: 1 });
  const later = campaign('later', 'fair');
  expectStatus(200, await on.sales.post('/v1/campaigns/launch', { json: { ...later, file: later.file.replace('start: now', 'start: 2030-01-01T00:00:00Z'), doNotMailListImported: true } }));
  for (const step of ['pause', 'resume', 'cancel']) expectStatus(200, await on.sales.post(`/v1/campaigns/later/${step}`, { json: {} }));
  expectStatus(200, await on.sales.get('/v1/campaigns'));
  expectStatus(200, await on.sales.get('/v1/dispatches?limit=2'));
}

describe('what the routes really answer', () => {
  it('is what the OpenAPI document describes, on every route under /v1', async () => {
    // Given a person of each role whose every answer is compared
    const plain = await journey(embedded);
    close.push(plain.close);
    const described = new DescribedAnswers(plain.app.app);
    const on: Journey = { ...plain, local: described.watch(plain.local), sales: described.watch(plain.sales), officer: described.watch(plain.officer) };

    // When they set up, send, take opt-outs and audit
    await readyToSend(on);
    for (const path of ['identity', 'senders', 'lias', 'keys']) expectStatus(200, await on.officer.get(`/v1/${path}`));
    expectStatus(201, await on.officer.post('/v1/senders', { json: { senderId: 'events', fromName: 'Events', fromAddress: 'events@sender.example', dkimSelector: 'outright' } }));
    const { body: key } = expectStatus(201, await on.local.post('/v1/keys', { json: { role: 'sales', label: 'to be revoked', expiresAt: '2030-01-01T00:00:00Z' } }));
    expectStatus(200, await on.officer.post(`/v1/keys/${key.keyId}/revoke`));
    expectStatus(200, await on.officer.get('/v1/keys'));
    for (const status of [201, 200]) expectStatus(status, await on.sales.post('/v1/templates', { json: TEMPLATE }));
    const { items: [template] } = expectStatus(200, await on.sales.get('/v1/templates')).body;
    expectStatus(200, await on.sales.get(`/v1/templates/${template.templateVersion}`));
    expectStatus(422, await on.sales.post('/v1/templates', { json: { ...TEMPLATE, subject: 'Re: {{nobody}}' } }));
    expectStatus(200, await on.officer.post('/v1/suppressions/import', { body: 'email\nnever@fair.example\nno address\n', headers: { 'content-type': 'text/csv' } }));
    expectStatus(200, await on.officer.get('/v1/suppressions'));
    await sends(on);

    expectStatus(200, await submit(on, await oneClickPath(on.sink.messages.find(({ to }) => to.includes('a@fair.example'))!), { 'List-Unsubscribe': 'One-Click' }));
    expectStatus(200, await on.officer.post('/v1/opt-outs', { json: { addresses: ['b@fair.example', 'no address'], channel: 'phone', receivedAt: on.clock.now().toISOString() } }));
    expectStatus(200, await on.officer.get('/v1/opt-outs'));
    const [erased] = await erasuresDone(on, 2);
    for (const format of ['json', 'text', 'html']) expectStatus(200, await on.officer.get(`/v1/erasures/${erased!.caseId}?format=${format}`));
    expectStatus(200, await on.officer.get('/v1/clocks?state=all'));

    for (const path of ['verify', 'replay']) await finish(on.officer, `/v1/audit/${path}`, path === 'verify' ? {} : { at: on.clock.now().toISOString() });
    for (const status of ['refused', 'handed_off']) {
      const { items: [one] } = expectStatus(200, await on.officer.get(`/v1/dispatches?status=${status}`)).body;
      await finish(on.officer, '/v1/audit/explain', { dispatchId: one.dispatchId });
    }
    await finish(on.officer, '/v1/audit/explain', { address: 'a@fair.example' });
    await finish(on.local, '/v1/audit/export', { out: join(tempFolder('bundle'), 'audit') });
    expectStatus(200, await on.officer.get('/v1/report'));
    await on.app.engine.deadLetters.setAside('nobody', 'contact-unheard-of', { version: 1, position: 1, code: 'RangeError' });
    expect(expectStatus(200, await on.officer.post('/v1/dead-letters/replay', { json: { all: true, dryRun: true } })).body.items).toHaveLength(1);
    expectStatus(200, await on.officer.get('/v1/dead-letters?replayed=5'));
    const jobs = on.app.app.get(Jobs, { strict: false });
    for (const work of [async () => ({ any: 'thing' }), async () => Promise.reject(new Error('no')), () => new Promise((resolve) => close.push(async () => resolve(0)))]) expectStatus(200, await on.local.get(jobs.start('test', LOCAL, work).url));

    // Then nothing was answered otherwise than described, and only a settled unknown outcome is left, which needs another server
    expect(described.wrong).toEqual([]);
    expect(described.unseen()).toEqual(['POST /v1/dispatches/{dispatch}/resolve']);
  });

  it('SND-10 (partly) is what it describes also for a message whose server hung up, which a person settles', async () => {
    const server = await smtpThatHangsUp();
    const app = await testStandalone({ smtpPort: server.port });
    close.push(server.close, app.close);
    const described = new DescribedAnswers(app.app.app);
    const [sales, officer] = [described.watch(await app.as('sales')), described.watch(await app.as('officer'))];
    const on = { ...app, sales, officer } as Journey;
    await readyToSend(on);
    await importRows(on, 'fair', [prospect('a@fair.example', app.clock)]);
    await launch(on, 'scanners', 'fair');
    let dispatchId = '';
    await waitFor('the unknown outcome', async () => (dispatchId = (await officer.get('/v1/dispatches?status=unknown')).body.items[0]?.dispatchId ?? '') !== '');
    expect(expectStatus(200, await officer.post(`/v1/dispatches/${dispatchId}/resolve`, { json: { outcome: 'delivered', reason: 'The buyer answered it.' } })).body).toMatchObject({ status: 'resolved_delivered' });
    expect(described.wrong).toEqual([]);
    expect(described.unseen()).not.toContain('POST /v1/dispatches/{dispatch}/resolve');
  });
});
