import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sendingApp } from '#bench/support/sending-app';
import { campaignText, sendingRig, type SendingRig } from '#bench/support/sending-rig';
import { EmlFolderMailTransport } from '#engine/mail-transport/eml-folder.mail-transport';
import { OutrightError } from '#kernel/errors';
import { tempFolder } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';

describe('campaigns over HTTP', () => {
  let rig: SendingRig;
  let app: Awaited<ReturnType<typeof sendingApp>>;
  beforeAll(async () => {
    const transport = new EmlFolderMailTransport({ folder: tempFolder('mail') });
    rig = await sendingRig({ transport });
    app = await sendingApp(rig, transport, { testRecipients: ['me@sender.example'] });
    await rig.addPeople(Array.from({ length: 4 }, (_, i) => `p${i}@buyer.example`));
  });
  afterAll(async () => {
    await app.close();
    await rig.close();
  });
  const launch = (changes: Parameters<typeof campaignText>[0], more: object = { doNotMailListImported: true }) => app.call('POST', '/v1/campaigns/launch', { ...campaignText(changes), ...more });

  it('SND-09 check, launch, list, show and the dispatches of a campaign', async () => {
    expect((await app.call('POST', '/v1/campaigns/check', campaignText({ name: 'http' }))).body).toMatchObject({ launchable: true, forecast: { eligible: 4 } });
    const launched = await launch({ name: 'http' });
    expect(launched).toMatchObject({ status: 200, body: { name: 'http', launched: 'now', audienceSize: 4 } });
    await waitFor('the end', async () => (await app.call('GET', '/v1/campaigns/http')).body.state === 'finished');
    expect((await app.call('GET', '/v1/campaigns/http')).body).toMatchObject({ counts: { handed_off: 4 }, notYetDecided: 0 });
    expect((await app.call('GET', '/v1/campaigns')).body.items).toMatchObject([{ name: 'http', state: 'finished', counts: { handed_off: 4 } }]);
    const { items } = (await app.call('GET', '/v1/dispatches?campaign=http&status=handed_off')).body as { items: { dispatchId: string }[] };
    expect(items).toHaveLength(4);
    expect(JSON.stringify(items)).not.toContain('buyer');
    expect((await app.call('POST', `/v1/dispatches/${items[0]!.dispatchId}/resolve`, { outcome: 'delivered', reason: 'seen' })).body).toMatchObject({ code: 'outcome-not-unknown', exit: 3 });
  });

  it('SND-09 pause, resume and cancel by name answer with the state', async () => {
    await launch({ name: 'steered', start: '2030-01-01T00:00:00Z' });
    expect((await app.call('POST', '/v1/campaigns/steered/pause', { reason: 'lunch' })).body).toMatchObject({ state: 'paused', pauseReason: 'lunch' });
    expect((await app.call('POST', '/v1/campaigns/steered/resume', {})).body).toMatchObject({ state: 'running', sending: { waitingFor: 'start', left: 4 } });
    expect((await app.call('POST', '/v1/campaigns/steered/cancel', {})).body).toMatchObject({ state: 'cancelled' });
    expect(await app.call('POST', '/v1/campaigns/steered/resume', {})).toMatchObject({ status: 409, body: { code: 'campaign-cancelled' } });
  });

  it('SND-09 H5 a pause that holds is answered although the read models do not follow', async () => {
    await launch({ name: 'behind', start: '2030-01-01T00:00:00Z' });
    const { readModels } = rig.catchUp;
    rig.catchUp.readModels = () => Promise.reject(new OutrightError('Kafka does not answer.', { code: 'kafka-unreachable', status: 503, retriable: true }));
    try {
      expect(await app.call('POST', '/v1/campaigns/behind/pause', { reason: 'outage' })).toMatchObject({ status: 200, body: { state: 'paused' } });
      expect((await app.call('GET', '/v1/campaigns/behind')).status).toBe(503);
    } finally {
      rig.catchUp.readModels = readModels;
    }
  });

  it('SND-04 SND-18 refusals are problem documents with rule, fix and findings', async () => {
    expect(await launch({ name: 'bad', subject: 'Re: you' })).toMatchObject({ status: 422, body: { code: 'subject-fake-reply', rule: 'SND-04', fix: expect.any(String), findings: expect.any(Array) } });
    expect(await launch({ name: 'bad' }, {})).toMatchObject({ status: 422, body: { code: 'do-not-mail-list-unanswered' } });
    expect(await app.call('POST', '/v1/campaigns/check', { ...campaignText(), file: 'version: 1\nname: [' })).toMatchObject({ status: 400, body: { code: 'campaign-file-unreadable' } });
    expect(await app.call('POST', '/v1/campaigns/check', { ...campaignText(), file: `${campaignText().file}opens: true\n` })).toMatchObject({ status: 400, body: { code: 'campaign-file-invalid', findings: [{ field: 'opens' }] } });
    expect(await app.call('POST', '/v1/campaigns/other/launch', { ...campaignText({ name: 'bad' }), doNotMailListImported: true })).toMatchObject({ status: 400, body: { code: 'campaign-name-differs' } });
    expect(await app.call('GET', '/v1/campaigns/nobody')).toMatchObject({ status: 404, body: { code: 'campaign-unknown' } });
  });

  it('OPT-09 a test over HTTP goes to the registered recipients', async () => {
    expect((await app.call('POST', '/v1/campaigns/test', campaignText({ name: 'tried' }))).body).toMatchObject({ sent: [{ recipientNumber: 1, outcome: 'handed-off' }] });
  });

  it('LAW-05 ROL-07 the privacy page is public, loads nothing and holds every part of the notice', async () => {
    const page = await app.call('GET', '/privacy');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    for (const words of ['Northern Scanners', 'King&#39;s Road 14', 'privacy@sender.example', 'GDPR 14(1)(a)', 'GDPR 14(2)(f)', 'GDPR 21(2)-(4)', 'https://mail.sender.example/u']) expect(page.text).toContain(words);
    expect(page.text).not.toMatch(/<script|<img|<link|@import/i);
    expect(page.text).toContain('type your address at <a href="https://mail.sender.example/u">https://mail.sender.example/u</a>, or write to');
  });
});
