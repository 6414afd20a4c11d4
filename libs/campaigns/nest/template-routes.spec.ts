import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TEMPLATE } from '#campaigns/domain/content/sample-content.fixture';
import type { AppClient } from '#test/support/app-client';
import { testStandalone, type TestStandalone } from '#test/support/standalone';
import { removeTempFolders } from '#test/support/temp-folder';

let app: TestStandalone;
let sales: AppClient;
let auditor: AppClient;
beforeAll(async () => {
  app = await testStandalone({ work: false });
  [sales, auditor] = [await app.as('sales'), await app.as('auditor')];
});
afterAll(async () => (await app.close(), removeTempFolders()));
const add = (change: object = {}) => sales.post('/v1/templates', { json: { ...TEMPLATE, ...change } });
const recordings = async (version: string): Promise<number> => (await app.app.engine.store.load(`template-${version}`)).length;

describe('templates over HTTP', () => {
  it('SND-18 SND-19 a sound template is recorded once; the same content has the same version, whatever its line ends', async () => {
    const first = await add();
    const { templateVersion } = first.body;
    expect(first).toMatchObject({
      status: 201, headers: { location: `/v1/templates/${templateVersion}` },
      body: { recorded: 'now', templateVersion: expect.stringMatching(/^[0-9a-f]{64}$/), language: 'en', messageClass: 'commercial', fields: ['company', 'first_name', 'sender_name'], findings: [] },
    });
    const again = await add({ text: TEMPLATE.text.replaceAll('\n', '\r\n') });
    expect(again).toMatchObject({ status: 200, body: { ...first.body, recorded: 'before' } });
    expect(await recordings(templateVersion)).toBe(1);
    expect((await add({ subject: 'Scanners for {{company}}' })).body.templateVersion).not.toBe(templateVersion);
  });

  it('SND-18 twenty at once record one version', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => add({ subject: 'At once for {{company}}' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 19 }, () => 200), 201]);
    expect(await recordings(answers[0]!.body.templateVersion)).toBe(1);
  });

  it('is shown whole to everyone with a key, and listed newest first in pages', async () => {
    app.clock.advance(60_000);
    const { templateVersion } = (await add({ subject: 'The newest for {{company}}' })).body;
    expect((await auditor.get(`/v1/templates/${templateVersion}`)).body).toMatchObject({ subject: 'The newest for {{company}}', text: TEMPLATE.text, html: TEMPLATE.html, criteria: expect.arrayContaining(['declaredPurpose: outreach']) });
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await auditor.get(`/v1/templates?limit=1${cursor}`);
      expect(body.items).toHaveLength(1);
      expect(body.items[0]).not.toHaveProperty('html');
      seen.push(body.items[0].templateVersion);
      if (body.next === undefined) break;
      cursor = `&cursor=${encodeURIComponent(body.next)}`;
    }
    expect(seen[0]).toBe(templateVersion);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(4);
    expect(await auditor.get(`/v1/templates/${'0'.repeat(64)}`)).toMatchObject({ status: 404, body: { code: 'template-unknown' } });
  });

  it.each([
    ['SND-18 an unknown variable', { text: `${TEMPLATE.text}{{secret_field}}` }, 'unknown-variable', 'SND-18'],
    ['SND-18 a script', { html: TEMPLATE.html.replace('</body>', '<script>x()</script></body>') }, 'element-not-allowed', 'SND-18'],
    ['SND-04 a subject that pretends to answer', { subject: 'Re: our talk' }, 'subject-fake-reply', 'SND-04'],
    ['SND-03 a language without a legal block', { language: 'xx' }, 'legal-language-missing', 'SND-03'],
    ['CON-11 a tracking pixel', { html: TEMPLATE.html.replace('</body>', '<img src="https://t.example/a.png" width="1" height="1" alt=""></body>') }, 'tracking-pixel', 'CON-11'],
  ])('%s is refused with its findings, and nothing is recorded', async (_what, change, code, rule) => {
    const head = await app.app.engine.feed.head();
    expect(await add(change)).toMatchObject({
      status: 422, headers: { 'content-type': expect.stringContaining('application/problem+json') },
      body: { code, rule, exit: 3, fix: expect.any(String), findings: expect.arrayContaining([expect.objectContaining({ id: code, severity: 'error', clause: expect.any(String) })]) },
    });
    expect(await app.app.engine.feed.head()).toBe(head);
  });

  it.each([
    ['no html', { html: undefined }], ['an unknown key', { colour: 'blue' }], ['a language with a region', { language: 'en-GB' }], ['an empty subject', { subject: '' }], ['text beyond the limit', { text: 'x'.repeat(256 * 1024 + 1) }],
  ])('%s is a bad request that names the field', async (_what, change) => {
    expect(await add(change)).toMatchObject({ status: 400, body: { code: 'bad-request', findings: expect.any(Array) } });
  });

  it('ACC-03 (partly) an auditor records nothing', async () => {
    expect((await auditor.post('/v1/templates', { json: TEMPLATE })).status).toBe(403);
  });
});
