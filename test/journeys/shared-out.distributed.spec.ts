import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import type { CampaignRunner } from '#contracts/api/campaign-runner';
import { TOKENS } from '#contracts/api/tokens';
import type { Standalone } from '#apps/standalone/compose-standalone';
import { AppClient } from '#test/support/app-client';
import { testCluster } from '#test/support/cluster';
import { distributed } from '#test/support/distributed';
import { smtpSink, type SmtpSink } from '#test/support/smtp-sink';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { erasuresDone, expectStatus, finished, importRows, launch, oneClickPath, prospect, readyToSend, submit, type Journey } from './journey.js';

type Shared = Journey & Awaited<ReturnType<typeof testCluster>>;

describe('one installation in several processes', () => {
  const engine = distributed();
  let on: Shared;
  let sink: SmtpSink;
  afterEach(async () => {
    await on?.close();
    await sink?.close();
  });
  afterAll(removeTempFolders);
  afterAll(() => engine.remove());

  const NAMES = Array.from({ length: 24 }, (_, i) => `person${i}@buyer${i}.example`);
  const sends = (part: Standalone, campaignId: string): boolean =>
    (part.app.get<CampaignRunner>(TOKENS.campaignRunner, { strict: false }) as unknown as { statusHere(id: string): unknown }).statusHere(campaignId) !== undefined;

  async function ready(): Promise<void> {
    sink = await smtpSink();
    const cluster = await testCluster({ smtpPort: sink.port, extra: await engine.settings() });
    on = { ...cluster, sink, sales: await cluster.as('sales'), officer: await cluster.as('officer') };
    await readyToSend(on);
    expect((await importRows(on, 'fair', NAMES.map((email) => prospect(email, on.clock)))).counts).toMatchObject({ created: 24 });
  }

  const show = async (name: string) => expectStatus(200, await on.sales.get(`/v1/campaigns/${name}`)).body;

  it('SND-07 SND-10 INV-02 a campaign goes on with another worker when its own ends, and nobody gets it twice', async () => {
    await ready();
    await launch(on, 'slow', 'fair', 4);
    await waitFor('the first messages, and word of the wait', async () => {
      const { sending } = await show('slow');
      return sending?.waitingFor === 'pace' && sending.left === 20;
    });
    const { campaignId, sending } = await show('slow');
    expect(sending).toMatchObject({ left: 20, until: expect.any(String) });
    const [one, two] = on.parts as [Standalone, Standalone];
    const [sender, heir] = sends(one, campaignId) ? [one, two] : [two, one];
    expect(sends(heir, campaignId)).toBe(false);
    await sender.close();
    expect(await finished(on, 'slow')).toEqual({ handed_off: 24 });
    expect(sink.messages.map(({ to }) => to.join()).sort()).toEqual([...NAMES].sort());
  });

  it('SND-16 OPT-01 OPT-04 INV-01 ACC-01 each process answers its own routes, and what it records holds in the others', async () => {
    await ready();
    const [worker, , api, recipient] = on.parts as [Standalone, Standalone, Standalone, Standalone];
    const status = async (part: Standalone, path: string) => (await new AppClient({ url: part.url! }).get(path)).status;
    const routes = async (part: Standalone) => Promise.all(['/healthz', '/u', '/privacy', '/v1/campaigns', '/openapi.json'].map((path) => status(part, path)));
    expect([await routes(worker), await routes(recipient), await routes(api)]).toEqual([[200, 404, 404, 404, 404], [200, 200, 200, 404, 404], [200, 404, 404, 401, 200]]);
    // By this mark a process finds that publicUrl leads to its own installation.
    const marks = await Promise.all(on.parts.map(async ({ url }) => (await new AppClient({ url: url! }).get('/healthz')).body.instance));
    expect(new Set(marks).size).toBe(1);

    // When the API pauses, no worker sends, though the pace would let more go
    await launch(on, 'steered', 'fair', 6);
    await waitFor('the first messages', () => sink.messages.length >= 6);
    expect(expectStatus(200, await on.sales.post('/v1/campaigns/steered/pause', { json: { reason: 'a-typo' } })).body).toMatchObject({ state: 'paused' });
    const sent = sink.messages.length;
    for (let minute = 0; minute < 2; minute++) await on.moveTo(new Date(on.clock.now().getTime() + 60_000));
    expect(sink.messages).toHaveLength(sent);

    // And who leaves meanwhile, by a link or by typing an address, gets nothing once it goes on, and is forgotten
    expectStatus(200, await submit(on, await oneClickPath(sink.messages[0]!), { 'List-Unsubscribe': 'One-Click' }));
    const waiting = NAMES.find((email) => sink.messages.every(({ to }) => to.join() !== email))!;
    expectStatus(200, await submit(on, '/u', { address: waiting }));
    expectStatus(200, await on.sales.post('/v1/campaigns/steered/resume', { json: {} }));
    expect((await finished(on, 'steered'))['handed_off']).toBe(23);
    expect(sink.messages.map(({ to }) => to.join()).sort()).toEqual(NAMES.filter((email) => email !== waiting).sort());
    await on.moveTo(new Date(on.clock.now().getTime() + 3_600_000));
    expect((await erasuresDone(on, 2)).every(({ state }) => state === 'completed')).toBe(true);
  });

  it('OPT-01 people can leave while no worker runs, and nothing of it is lost', async () => {
    await ready();
    await launch(on, 'early', 'fair', 3);
    await waitFor('three messages on record', async () => (await show('early')).counts['handed_off'] === 3);
    const [one, two] = on.parts as [Standalone, Standalone];
    await Promise.all([one.close(), two.close()]);
    expectStatus(200, await submit(on, await oneClickPath(sink.messages[0]!), { 'List-Unsubscribe': 'One-Click' }));
    const { config, clock } = on;
    await on.close();
    const again = await testCluster({ config: { ...config }, clock });
    on = { ...again, sink, sales: await again.as('sales'), officer: await again.as('officer') };
    expect((await erasuresDone(on, 1))[0]).toMatchObject({ state: 'completed', trigger: 'opt_out' });
  });
});
