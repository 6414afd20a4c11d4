import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MovableClock } from '#engine/clock/movable.clock';
import type { Position } from '#kernel/recorded-event';
import { parseInstallationConfig } from '#tenancy/domain/installation-config';
import type { AppAnswer } from '#test/support/app-client';
import { testStandalone, type TestStandalone } from '#test/support/standalone';
import type { EngineUnderTest } from '#test/support/engines';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { campaignOf, importList, launch, listOf, makeReady, people } from '../faults/harness/prospects.js';

export function badInputJourney(engine: EngineUnderTest): void {
  let test: TestStandalone;
  let head: Position;
  let acknowledged: string[];
  let token: string;
  beforeAll(async () => {
    test = await testStandalone({ clock: new MovableClock(new Date()), extra: await engine.settings() });
    await makeReady(test.local);
    await importList(test.local, 'list', listOf(people(3)));
    await launch(test.local, 'scanners', 'list');
    await waitFor('the campaign', async () => (await test.local.get('/v1/campaigns/scanners')).body.state === 'finished');
    token = await tokenOfSomeMessage();
    head = await ended();
    acknowledged = await hashes(head);
  }, 60_000);
  afterAll(async () => {
    await test?.close();
    await engine.remove();
    removeTempFolders();
  });

  async function tokenOfSomeMessage(): Promise<string> {
    const { body } = await test.local.get('/v1/dispatches?campaign=scanners');
    const { dispatchId, campaignId } = body.items[0] as { dispatchId: string; campaignId: string };
    const message = readFileSync(join(test.config.mailFolder, campaignId, `${dispatchId}.eml`), 'utf8');
    return /\/u\/([A-Za-z0-9_-]+)>/.exec(message.replace(/\r\n[ \t]+/g, ''))![1]!;
  }

  async function ended(): Promise<Position> {
    await test.app.engine.feed.published();
    return test.app.engine.feed.head();
  }

  /** Of every event up to there. */
  async function hashes(until: Position): Promise<string[]> {
    const found: string[] = [];
    let after: Position = 0;
    for (let page; (page = await test.app.engine.feed.read(after, 1_000, { until })).length > 0; after = page.at(-1)!.position) found.push(...page.map(({ hash }) => hash));
    return found;
  }

  /** What every refusal is: a message, a stable code and what to do; and all that was acknowledged is still there. */
  async function refused({ status, body }: Pick<AppAnswer, 'status' | 'body'>, expected: { status?: number; code: string; rule?: string; title?: unknown }): Promise<void> {
    expect(body).toMatchObject({ ...expected, fix: expect.stringMatching(/\w{3}/), title: expected.title ?? expect.stringMatching(/\w{3}.*\.$/) });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(await hashes(head)).toEqual(acknowledged);
  }

  async function importProblem(csv: string | Buffer, config?: string): Promise<AppAnswer> {
    const headers = { 'content-type': 'text/csv', 'outright-import-config': Buffer.from(config ?? 'name: broken\nattest: { by: Mari, at: 2026-01-01T00:00:00Z, text: "These people are responsible for warehouses." }').toString('base64') };
    const started = await test.local.post('/v1/imports', { body: csv, headers });
    if (started.status !== 202) return started;
    let answer: AppAnswer | undefined;
    await waitFor('the end of the import', async () => (answer = await test.local.get(started.body.job)).body.job.state !== 'running');
    const { problem } = answer!.body.job as { problem: AppAnswer['body'] };
    return { status: problem?.status ?? 0, headers: {}, body: problem };
  }

  const [good] = listOf(people(1, 'other')).split('\n');
  it.each([
    ['a quote that never ends', `${good}\n"open,quote`, /^Line 2: a quote/],
    ['bytes that are no UTF-8', Buffer.concat([Buffer.from(`${good}\n`), Buffer.from([0x4b, 0xe4, 0x72, 0x0a])]), /UTF-8/],
    ['no header at all', '', /./],
    ['a header twice', 'email,email\na@b.example,c@d.example', /repeats/],
  ])('SRC-01 INV-08 %s is refused with the place and the fix, and nothing recorded is lost', async (_, csv, title) => {
    const answer = await importProblem(csv);
    await refused(answer, { code: expect.stringMatching(/^[a-z-]+$/) as never, title: expect.stringMatching(title) });
  });

  it('SRC-01 an unknown key of import.yaml is named', async () => {
    await refused(await importProblem(`${good}\n`, 'name: x\nfoo: 1'), { code: 'import-config', rule: 'SRC-01', title: expect.stringContaining('foo') });
  });

  it.each([
    ['forged', (text: string) => text.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')).replace(/^(.{20})./, '$1_')],
    ['truncated', (text: string) => text.slice(0, -7)],
    ['invented', () => 'x'.repeat(120)],
  ])('OPT-09 INV-21 a %s token shows the page to leave by address and records nothing', async (_, spoil) => {
    const open = await test.as('none');
    const before = await ended();
    const answer = await open.post(`/u/${spoil(token)}`, { body: 'List-Unsubscribe=One-Click', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect(answer.status).toBe(404);
    expect(answer.body).toContain('name="address"');
    expect(await ended()).toBe(before);
  });

  it('SND-18 a template with a variable nobody knows, and one with code, are refused with each finding and its fix', async () => {
    for (const text of ['Hello {{nobody_knows}}', '{{#each (lookup constructor)}}x{{/each}}', '{{{first_name}}}']) {
      const campaign = { ...campaignOf('bad', 'list'), text };
      const answer = await test.local.post('/v1/campaigns/bad/launch', { json: { ...campaign, doNotMailListImported: true } });
      await refused(answer, { code: expect.stringMatching(/^[a-z-]+$/) as never });
      expect(answer.body.findings[0]).toMatchObject({ rule: expect.stringMatching(/^SND-/), fix: expect.stringMatching(/\w{3}/) });
    }
  });

  it('SND-06 line breaks in what would become a header are refused', async () => {
    for (const subject of ['Hello\\r\\nBcc: everybody@else.example', 'Hello\\nX: y']) {
      const campaign = campaignOf('crlf', 'list');
      const file = campaign.file.replace(/subject: .*/, `subject: "${subject}"`);
      await refused(await test.local.post('/v1/campaigns/crlf/launch', { json: { ...campaign, file, doNotMailListImported: true } }), { code: expect.stringMatching(/^[a-z-]+$/) as never });
    }
  });

  it('POL-05 a setting outside its bounds cites the decision that bounds it', () => {
    const text = readFileSync(test.config.path, 'utf8');
    const settings = (value: string) => text.replace(/settings: .*/, `settings: ${value}`);
    expect(() => parseInstallationConfig(settings('{ optout.erasureMaxHours: 73 }'))).toThrow(expect.objectContaining({ code: 'setting-out-of-bounds', rule: expect.stringMatching(/^D\d+/), exit: 2 }));
  });

  it('H14 a folder of a newer version is refused before anything is touched, and opens again as it was', async () => {
    await test.close();
    const format = join(test.config.data, 'format.json');
    const ours = readFileSync(format, 'utf8');
    writeFileSync(format, ours.replace(/"version":\d+/, '"version":999'));
    await expect(testStandalone({ config: test.config })).rejects.toMatchObject({ code: 'data-folder-newer', exit: 6, fix: expect.stringMatching(/newer version/) });
    writeFileSync(format, ours);
    test = await testStandalone({ config: test.config, clock: new MovableClock(new Date()) });
    expect(await hashes(head)).toEqual(acknowledged);
  });
}
