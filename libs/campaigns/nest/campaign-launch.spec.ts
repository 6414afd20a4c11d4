import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { campaignText, OFFICER, rigTenancy, sendingRig, type SendingRig } from '#bench/support/sending-rig';
import { EmlFolderMailTransport } from '#engine/mail-transport/eml-folder.mail-transport';
import { tempFolder } from '#test/support/temp-folder';
import { openToken } from '#kernel/tokens/unsubscribe-token';
import { tokenKey, tokenKeys } from '#kernel/tokens/token-keys';
import type { LaunchOptions } from './campaign-launch.service.js';
import { readCampaign } from './read-campaign.js';

const options = (changes: Partial<LaunchOptions> = {}): LaunchOptions => ({ doNotMailListImported: true, overrideReason: undefined, actor: OFFICER, mayOverride: true, ...changes });
const input = (changes: Parameters<typeof campaignText>[0] = {}, parts: { text?: string; html?: string } = {}) => readCampaign({ ...campaignText(changes), ...parts });

describe('checking, testing and launching', () => {
  let rig: SendingRig;
  const mail = tempFolder('mail');
  let people: string[];
  beforeAll(async () => {
    rig = await sendingRig({ transport: new EmlFolderMailTransport({ folder: mail }), testRecipients: ['me@sender.example', 'gone@sender.example'] });
    people = await rig.addPeople(Array.from({ length: 7 }, (_, i) => `p${i}@buyer.example`));
    await rig.addPeople(['u@buyer.example'], { country: 'DE', tldCountry: 'DE' });
    await rig.addPeople(['nameless@buyer.example'], { presentFields: ['email'] });
    for (const address of ['p1@buyer.example', 'gone@sender.example']) {
      await rig.optOut.record({ kind: 'opt_out', forms: rig.book.email(address), channel: 'post', receivedAt: rig.clock.now(), actor: OFFICER });
    }
    await rig.projections.caughtUp();
  });
  afterAll(() => rig.close());
  const refused = async (act: Promise<unknown>) => act.then(() => undefined, (error: unknown) => error as { code: string; findings: { id: string }[] });

  it('SND-09 SUP-03 check tells who would get it, who would not and what to do, the gaps and the end, and records nothing', async () => {
    const before = (await rig.history()).length;
    const progress: number[] = [];
    const check = await rig.checks.check(input({ perMinute: 2 }), (done) => progress.push(done));
    expect(check.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(check).toMatchObject({ launchable: true, forecast: { audience: 9, eligible: 7, refused: 2, lateNotices: 0 }, fields: { rows: 7, lacking: { company: 1 }, fallbacks: { first_name: 1 } } });
    const reasons = new Map(check.forecast.refusals.map((one) => [one.reason, one]));
    expect(reasons.get('suppressed')).toMatchObject({ count: 1 });
    expect(check.forecast.refusals.every(({ fix }) => fix.length > 10)).toBe(true);
    expect(check.findings.map(({ id }) => id)).toEqual(['fields-missing']);
    expect(progress.at(-1)).toBe(9);
    expect((await rig.history()).length).toBe(before);
  });

  it('SUP-07 SUP-03 check counts the addresses below a blocked domain as refused, and no sibling', async () => {
    await rig.addPeople(['a@sales.firm.example', 'b@eu.sales.firm.example', 'c@notfirm.example'], {}, 'blocked');
    const form = rig.book.domain('firm.example');
    await rig.engine.registry.suppress([{ tenantId: 'main', kind: 'domain', strict: form, loose: form, keyVersion: 1, scope: 'all_marketing', reason: 'imported', day: '2026-11-02' }]);
    const { forecast } = await rig.checks.check(input({ name: 'blocked', imports: 'blocked' }));
    expect(forecast).toMatchObject({ audience: 3, eligible: 1, refused: 2, refusals: [{ reason: 'suppressed', count: 2 }] });
  });

  it.each<[string, string, ReturnType<typeof input>]>([
    ['SND-04', 'subject-fake-reply', input({ name: 'one', subject: 'Re: our meeting' })],
    ['SND-18', 'template-syntax', input({ name: 'two' }, { text: '{{{company}}}' })],
    ['SND-05', 'sender-unknown', { ...input({ name: 'three' }), file: { ...input({ name: 'three' }).file, sender: 'nobody' } }],
    ['LAW-02', 'lia-unknown', { ...input({ name: 'four' }), file: { ...input({ name: 'four' }).file, lia: 'lia-other' } }],
  ])('%s a launch with the finding %s is refused and changes nothing', async (rule, _id, wrong) => {
    const before = (await rig.history()).length;
    const error = await refused(rig.launches.launch(wrong, options()));
    expect(error).toMatchObject({ exit: 3, findings: expect.arrayContaining([expect.objectContaining({ rule, severity: 'error' })]) });
    expect((await rig.history()).length).toBe(before);
  });

  it('SND-02 OPT-01 nothing is launched while the identity cannot be printed', async () => {
    const bare = { ...rigTenancy, identity: () => ({ ...rigTenancy.identity()!, identity: { ...rigTenancy.identity()!.identity, postalAddress: { street: 'TBD', locality: 'Tallinn', postcode: '10123', country: 'EE' } } }) };
    const other = await sendingRig({ transport: new EmlFolderMailTransport({ folder: tempFolder('mail') }), tenancy: bare });
    await other.addPeople(['a@buyer.example']);
    expect(await refused(other.launch())).toMatchObject({ findings: expect.arrayContaining([expect.objectContaining({ rule: 'SND-02' })]) });
    await other.close();
  });

  it('SND-04 an officer may launch a doubtful subject with a reason; nobody else may', async () => {
    const doubtful = input({ name: 'doubtful', subject: 'Urgent: scanners for {{company}}', start: '2027-01-01T00:00:00Z' });
    expect(await refused(rig.launches.launch(doubtful, options({ overrideReason: 'the recall is real', mayOverride: false })))).toMatchObject({ code: 'override-needs-officer' });
    const { campaignId } = await rig.launches.launch(doubtful, options({ overrideReason: 'the recall is real' }));
    expect((await rig.log.load(campaignId)).at(-1)?.data.overrides).toEqual([{ finding: 'subject-misleading', reason: 'the recall is real' }]);
  });

  it('SND-09 SUP-07 without the answer about the do-not-mail list nothing is launched', async () => {
    expect(await refused(rig.launches.launch(input({ name: 'unanswered' }), options({ doNotMailListImported: false })))).toMatchObject({ code: 'do-not-mail-list-unanswered' });
  });

  it('SND-01 SND-09 SND-19 a launch fixes file, template version and audience; the same file again changes nothing, another is refused', async () => {
    const file = input({ name: 'fixed', start: '2027-01-01T00:00:00Z' });
    const [first, again] = [await rig.launches.launch(file, options()), await rig.launches.launch(file, options())];
    expect([first.launched, again.launched]).toEqual(['now', 'before']);
    const events = await rig.log.load(first.campaignId);
    expect(events.map(({ type }) => type)).toEqual(['AudienceFrozen', 'CampaignLaunched']);
    expect(await rig.reader.audience(first.campaignId)).toHaveLength(9);
    expect(await rig.reader.byName('fixed')).toMatchObject({ state: 'running', fileHash: file.hash, templateVersion: events.at(-1)?.data.templateVersion });
    const [template] = await rig.log.load(`template-${String(events.at(-1)?.data.templateVersion)}`);
    expect(template).toMatchObject({ type: 'TemplateRecorded', data: { messageClass: 'commercial', criteria: expect.arrayContaining(['pure-promotion']) } });
    expect(await refused(rig.launches.launch(input({ name: 'fixed', perDay: 5, start: '2027-01-01T00:00:00Z' }), options()))).toMatchObject({ code: 'campaign-name-taken', status: 409 });
  });

  it('SND-09 two launches of one file at the same time are one launch', async () => {
    const file = input({ name: 'twice', start: '2027-01-01T00:00:00Z' });
    const [one] = await Promise.all([rig.launches.launch(file, options()), rig.launches.launch(file, options())]);
    expect((await rig.log.load(one.campaignId)).filter(({ type }) => type === 'CampaignLaunched')).toHaveLength(1);
    expect(new Set(await rig.reader.audience(one.campaignId)).size).toBe(9);
    expect(people.every((id) => id.startsWith('contact-'))).toBe(true);
  });

  it('OPT-09 INV-21 a test goes to the registered recipients only, with a dead link; the gate shows bases as not applied', async () => {
    const test = await rig.tests.send(input({ name: 'tested' }), OFFICER);
    expect(test.sent).toEqual([{ recipientNumber: 1, outcome: 'handed-off' }, { recipientNumber: 2, outcome: 'suppressed' }]);
    expect(test.verdicts.filter(({ reason }) => reason === 'test-send').map(({ rule }) => rule)).toEqual(expect.arrayContaining(['basis', 'lia']));
    expect((await rig.log.load(test.campaignId)).map(({ type }) => type)).toEqual(['TestMessageSent', 'TestMessageSent']);
    const dispatchId = await rig.runner.dispatchId(test.campaignId, `${input({ name: 'tested' }).hash}-${test.testId}-1`);
    const eml = readFileSync(join(mail, test.campaignId, `${dispatchId}.eml`), 'utf8');
    const token = /List-Unsubscribe: <[^>]*\/u\/([\w-]+)>/.exec(eml)?.[1] ?? '';
    const { version, key } = await rig.engine.keyProvider.secret('unsubscribe-token');
    expect(openToken(token, tokenKeys(tokenKey(version, key)))).toMatchObject({ ok: true, effects: [], claims: { inert: true } });
    expect(await refused(rig.tests.send(input({ name: 'tested', subject: 'Re: hello' }), OFFICER))).toMatchObject({ code: 'test-refused' });
  });

  it('SND-09 an import that does not exist is named', async () => {
    expect(await refused(rig.checks.check(input({ name: 'lost', imports: 'nowhere' })))).toMatchObject({ code: 'import-unknown' });
  });
});
