import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { TEMPLATE } from '#campaigns/domain/content/sample-content.fixture';
import { cli, type CliOptions } from '#test/support/cli';
import { testInstallation } from '#test/support/installation';
import { served, type Served } from '#test/support/served';
import { waitFor } from '#test/support/wait-for';

const DAY = 86_400_000;
const yesterday = new Date(Date.now() - DAY).toISOString();
const REASON = 'Warehouses that still type numbers by hand gain from a scanner that reads damaged labels.';
const CANARY = 'kanaarilind';

let home: string;
let app: Served;
const run = (argv: readonly string[], options: CliOptions = {}) => cli([...argv, '--data', home], { cwd: home, ...options });
const put = (name: string, text: string): string => (writeFileSync(join(home, name), text), name);
const row = (name: string, more = '') => `${name}@firm-${name}.example,Ann,Firm ${name},EE,company_person,public_website,https://firm-${name}.example/team,${yesterday},crawler,legitimate_interest,lia-2026-01${more}`;
const HEAD = 'email,first_name,company,country,recipient_type,source_type,source_url,collected_at,collected_by,basis,basis_ref';
/** Messages in the mail folder that hold the word. */
const mailTo = (word: string): number => readdirSync(join(home, 'mail'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.eml') && /^To: .*$/im.exec(readFileSync(join(entry.parentPath, entry.name), 'utf8'))?.[0].includes(word) === true).length;

beforeAll(async () => {
  const config = await testInstallation({ testRecipients: ['colleague@sender.example'] });
  home = join(config.path, '..');
  app = await served(home);
});
afterAll(async () => { expect(await app.stop()).toBe(0); });

describe('the command line beside a running app', () => {
  it('talks to it over a socket that only its user may open, as the local user', async () => {
    const { exit, json } = await run(['key', 'create', '--role', 'officer', '--label', 'second officer', '--json']);
    expect(exit).toBe(0);
    expect(execFileSync('stat', ['-c', '%a', app.socket]).toString().trim()).toBe('600');
    const listed = await cli(['key', 'list', '--url', app.url, '--key', json.key, '--json']);
    expect(listed.json.items).toMatchObject([{ keyId: json.keyId, label: 'second officer', usable: true }]);
    expect((await cli(['key', 'create', '--role', 'sales', '--label', 'x', '--url', app.url, '--key', json.key])).exit).toBe(3);
    expect((await cli(['key', 'list', '--url', app.url, '--key', 'ork_wrong'])).exit).toBe(3);
    expect((await run(['key', 'revoke', json.keyId])).exit).toBe(0);
    expect((await cli(['key', 'list', '--url', app.url, '--key', json.key])).exit).toBe(3);
  });

  it('serves a folder only once', async () => {
    expect(await run(['serve', '--json'])).toMatchObject({ exit: 6, json: { code: 'data-folder-in-use', rule: 'H14' } });
  });

  it('records an assessment, has it approved, and verifies the sender', async () => {
    put('lia.yaml', stringify({ id: 'lia-2026-01', purpose: 'outreach', assessedBy: 'Jaan', assessedOn: '2026-10-01', interest: REASON, necessity: `${REASON} Nobody else tells them.`, balancing: `${REASON} One click ends it.` }));
    expect((await run(['lia', 'approve', 'lia-2026-01'])).exit).toBe(2);
    expect((await run(['lia', 'add', 'lia.yaml'])).exit).toBe(0);
    expect((await run(['lia', 'approve', 'lia-2026-01', '--json'])).json).toMatchObject({ liaId: 'lia-2026-01', approvedAt: expect.any(String) });
    expect((await run(['sender', 'verify', 'sales', '--json'])).json).toMatchObject({ senderId: 'sales', verifiedBy: 'zone_file' });
  });

  it('SND-05 (partly) adds a sender to outright.yaml with the key of its domain, and says what to publish', async () => {
    const { exit, json } = await run(['sender', 'add', 'events', '--from-name', 'Events', '--from-address', 'events@other.example', '--json']);
    expect(exit).toBe(0);
    expect(json).toMatchObject({ senderId: 'events', version: 1, publish: { value: expect.stringMatching(/^v=DKIM1/) } });
    expect(readFileSync(join(home, 'outright.yaml'), 'utf8')).toContain('events@other.example');
    expect((await run(['sender', 'verify', 'events'])).exit).toBe(3);
    expect((await run(['sender', 'add', 'support', '--from-name', 'Support', '--from-address', 'support@sender.example'])).exit).toBe(0);
    expect((await run(['sender', 'verify', 'support'])).exit).toBe(0);
    expect((await run(['sender', 'verify', 'sales'])).exit).toBe(0);
  });

  it('imports with exit 4 when rows were refused, and changes nothing the second time', async () => {
    put('do-not-mail.csv', 'email,reason\nold@firm-old.example,opt_out\n');
    expect((await run(['suppress', 'import', 'do-not-mail.csv', '--json'])).json).toMatchObject({ counts: { added: 1 } });
    put('list.csv', [HEAD, row('one'), row('two'), row(CANARY), row('old'), 'no-address,Ann,X,EE,company_person,public_website,https://x.example/,2026-01-01,crawler,legitimate_interest,lia-2026-01', ''].join('\n'));
    put('list.yaml', stringify({ name: 'fair', attest: { by: 'Mari', at: yesterday, text: 'These people are responsible for warehouses at their companies.' } }));
    const dry = await run(['import', 'list.csv', '--with', 'list.yaml', '--dry-run', '--json']);
    const real = await run(['import', 'list.csv', '--with', 'list.yaml', '--json']);
    expect([dry.exit, real.exit]).toEqual([4, 4]);
    expect(real.json.counts).toMatchObject({ created: 3, suppressed: 1, refused: 1 });
    expect(dry.json.counts).toMatchObject({ created: 3, suppressed: 1, refused: 1 });
    expect((await run(['import', 'list.csv', '--with', 'list.yaml', '--json'])).json).toMatchObject({ alreadyImported: true });
    expect((await run(['import', 'list.csv', '--with', 'list.yaml'])).out).toContain('nothing changed');
    expect((await run(['import', 'missing.csv'])).exit).toBe(2);
  });

  it('checks, tests and launches a campaign, and follows it to its end', async () => {
    mkdirSync(join(home, 'campaign'), { recursive: true });
    put('campaign/mail.txt.hbs', TEMPLATE.text);
    put('campaign/mail.html.hbs', TEMPLATE.html);
    put('campaign/fair.yaml', stringify({
      version: 1, name: 'fair-2026', sender: 'sales', purpose: 'outreach', lia: 'lia-2026-01', relevance: 'Barcode scanners, for people who run warehouses',
      template: { language: 'en', subject: TEMPLATE.subject, text: 'mail.txt.hbs', html: 'mail.html.hbs' }, audience: { imports: ['fair'] },
      pace: { perDay: 1000, perMinute: 1000, perDomainPerHour: 1000 }, start: 'now',
    }));
    const check = await run(['campaign', 'check', 'campaign/fair.yaml', '--json']);
    expect(check.json).toMatchObject({ launchable: true, forecast: { audience: 3, eligible: 3 } });
    expect(check.exit).toBe(0);
    expect((await run(['campaign', 'test', 'campaign/fair.yaml', '--json'])).json.sent).toMatchObject([{ recipientNumber: 1, outcome: 'handed-off' }]);
    const unanswered = await run(['campaign', 'launch', 'campaign/fair.yaml', '--json']);
    expect(unanswered).toMatchObject({ exit: 2, json: { fix: expect.stringContaining('--do-not-mail-list-imported') } });
    expect((await run(['campaign', 'launch', 'campaign/fair.yaml'], { answers: { 'old do-not-mail list': 'no' } })).exit).toBe(2);
    expect((await run(['campaign', 'launch', 'campaign/fair.yaml', '--do-not-mail-list-imported'])).exit).toBe(0);
    const done = await run(['campaign', 'status', 'fair-2026', '--follow', '--json']);
    expect(done.json).toMatchObject({ state: 'finished', counts: { handed_off: 3 } });
    expect((await run(['campaign', 'pause', 'fair-2026'])).exit).toBeGreaterThan(0);
    expect((await run(['campaign', 'status', 'nothing'])).exit).toBe(2);
    expect((await run(['unknown', 'list', '--json'])).json).toEqual({ items: [] });
  });

  it('SND-09 (partly) launches the same file again without effect, but never once it was cancelled', async () => {
    put('campaign/later.yaml', readFileSync(join(home, 'campaign/fair.yaml'), 'utf8').replace('fair-2026', 'later-2026').replace('start: now', `start: ${new Date(Date.now() + DAY).toISOString()}`));
    const launch = () => run(['campaign', 'launch', 'campaign/later.yaml', '--do-not-mail-list-imported', '--json']);
    expect([(await launch()).exit, (await launch()).json.launched]).toEqual([0, 'before']);
    expect((await run(['campaign', 'cancel', 'later-2026'])).exit).toBe(0);
    expect(await launch()).toMatchObject({ exit: 3, json: { code: 'campaign-cancelled', title: 'The campaign later-2026 is cancelled.', fix: expect.stringContaining('new name') } });
  });

  it('OPT-02 (partly) records a wish from standard input, and the person is gone from the mail folder', async () => {
    const { exit, json } = await run(['optout', 'add', '-', '--channel', 'phone', '--received-at', yesterday, '--json'], { stdin: `${CANARY}@firm-${CANARY}.example\nnot an address\n` });
    expect(exit).toBe(4);
    expect(json).toMatchObject({ recorded: 1, refused: [{ line: 2 }], erasureDueAt: new Date(Date.parse(yesterday) + 3 * DAY).toISOString() });
    put('again.csv', [HEAD, row(CANARY), ''].join('\n'));
    put('again.yaml', stringify({ name: 'again', attest: { by: 'Mari', at: yesterday, text: 'Found once more on the public page of the company.' } }));
    expect((await run(['import', 'again.csv', '--with', 'again.yaml', '--json'])).json.counts).toMatchObject({ created: 0, suppressed: 1 });
    expect(mailTo(CANARY)).toBeLessThanOrEqual(1);
    await waitFor('the erasure', () => mailTo(CANARY) === 0);
    expect(mailTo('firm-one')).toBe(1);
    const board = await run(['clocks', '--json']);
    expect(board.exit).toBe(0);
    expect(board.json.items.length).toBeGreaterThan(0);
  });

  it('verifies, replays, explains, exports and reports', async () => {
    const verified = await run(['audit', 'verify', '--json']);
    expect(verified).toMatchObject({ exit: 0, json: { ok: true, findingsTotal: 0 } });
    expect((await run(['audit', 'replay', '--at', yesterday, '--json'])).json).toMatchObject({ mode: 'replay', events: 0 });
    expect((await run(['audit', 'explain', '-', '--json'], { stdin: 'one@firm-one.example\n' })).json.dispatches).toHaveLength(1);
    expect((await run(['audit', 'explain', 'one@firm-one.example'])).exit).toBe(2);
    expect((await run(['audit', 'export', '--out', 'bundle'])).exit).toBe(0);
    expect(readdirSync(join(home, 'bundle'))).toEqual(expect.arrayContaining(['events.ndjson', 'manifest.json', 'verify-bundle.mjs']));
    expect((await run(['report', '--out', 'report.html'])).exit).toBe(0);
    expect(readFileSync(join(home, 'report.html'), 'utf8')).toMatch(/^<!doctype html>/i);
  });

  it('says what is missing', async () => {
    const { exit, json } = await run(['doctor', '--json']);
    expect(json.findings.filter(({ state }: { state: string }) => state === 'failed').map(({ check }: { check: string }) => check)).toEqual(['sender events']);
    expect(exit).toBe(5);
  });
});

describe('the command line on a folder that nobody serves', () => {
  it('opens the folder itself, and leaves no socket behind', async () => {
    const { path, data } = await testInstallation();
    const folder = join(path, '..');
    expect((await cli(['clocks', '--data', folder])).out).toBe('No clock is open.\n');
    expect((await cli(['clocks', '--data', data])).exit).toBe(0);
    expect(existsSync(join(data, 'outright.sock'))).toBe(false);
  });
});
