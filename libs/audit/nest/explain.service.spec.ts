import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Verdict } from '#compliance/domain/rule';
import type { AccessLog } from '#contracts/api/access-log';
import type { CampaignReader, CampaignView } from '#contracts/api/campaign-reader';
import type { DispatchContext } from '#contracts/api/dispatch-gate';
import { MovableClock } from '#engine/clock/movable.clock';
import { ProjectionRunner } from '#engine/reactions/projection-runner';
import { dispatchIdFor } from '#kernel/tokens/dispatch-id';
import { allProjections } from '#apps/standalone/reactions';
import { auditOf } from '#test/support/audit';
import { contactWorld, lawfulContext, steadyTenancy, type ContactWorld } from '#test/support/contacts';
import { TEST_START, testEngine } from '#test/support/engine';
import { ExplainService } from './explain.service.js';

const OFFICER = { kind: 'api_key', id: 'key-officer' } as const;
const HOUR = 3_600_000;

describe('why a message was or was not sent', () => {
  let world: ContactWorld;
  let explain: ExplainService;
  let explainWith: (accessLog: AccessLog) => ExplainService;
  let projections: ProjectionRunner;
  let context: DispatchContext = lawfulContext;
  const verdictLists = new Map<string, { ruleSetVersion: string; verdicts: readonly Verdict[] }>();
  const idOf = (contactId: string) => dispatchIdFor(Buffer.alloc(32, 7), lawfulContext.campaignId, contactId);
  const intern = async (ref: string, ruleSetVersion: string, verdicts: readonly Verdict[]) => void verdictLists.set(ref, { ruleSetVersion, verdicts: JSON.parse(JSON.stringify(verdicts)) as Verdict[] });
  const send = (contactId: string, previous: Parameters<ContactWorld['gate']['authorise']>[1] = []) =>
    world.gate.authorise({ contactId, dispatchId: idOf(contactId), attempt: 1, context: lawfulContext }, previous, intern);
  const optOut = (email: string) => world.optOuts.execute({ request: { forms: world.book.email(email), channel: 'one_click', kind: 'opt_out', receivedAt: world.clock.now(), actor: { kind: 'recipient', id: 'page' } } });
  const types = async () => (await world.history()).map(({ type }) => type);

  beforeAll(async () => {
    const test = await testEngine(undefined, new MovableClock(TEST_START, true));
    world = await contactWorld(test);
    projections = new ProjectionRunner(test.engine.feed, test.engine.readModels, allProjections);
    await projections.start();
    const campaigns = {
      byId: async () => ({ name: 'scanners-2026-11' }) as CampaignView,
      verdicts: async (_campaign: string, ref: string) => verdictLists.get(ref),
      dispatchContext: async () => context,
    } as unknown as CampaignReader;
    explainWith = (accessLog) => new ExplainService(
      test.log, test.engine.readModels, { readModels: () => projections.caughtUp() }, test.engine.registry, world.book, steadyTenancy, campaigns, world.gate, accessLog,
    );
    explain = explainWith(auditOf(test).accessLog);
  });
  afterAll(async () => {
    await projections.stop();
    await world.engine.close();
  });

  it('AUD-01 a sent message is told from the record, with clauses, and the gate gives the same verdicts again', async () => {
    const { contactId } = (await world.addContact('sent@buyer.example'))!;
    await send(contactId);
    await world.gate.record([{ contactId, dispatchId: idOf(contactId), campaignId: lawfulContext.campaignId, attempt: 1, outcome: { kind: 'handed-off', smtpCode: 250, contentHmac: 'h' }, noticeTextVersion: 'notice-1' }]);
    const { dispatches: [told] } = await explain.explain({ dispatchId: idOf(contactId) }, OFFICER);
    expect(told!.decisions).toMatchObject([{ outcome: 'permitted', version: 2, reproduced: true, differences: [], rerun: { allowed: true, throughVersion: 1 } }]);
    const text = told!.sentences.join('\n');
    expect(text).toContain('of campaign scanners-2026-11');
    expect(text).toContain('GDPR 7(3)');
    expect(text).toContain('it gives the same verdicts');
    expect(text).toContain('accepted the message with code 250');
    expect(text).toContain('carried the privacy notice, version notice-1');
  });

  it('AUD-01 INV-11 an opt-out and destroyed keys that came later change nothing of the answer, and a refusal names its reason and clause', async () => {
    const { contactId, prospectId } = (await world.addContact('left@buyer.example'))!;
    await send(contactId);
    world.clock.advance(HOUR);
    const before = await explain.explain({ messageId: `<${idOf(contactId)}@sender.example>` }, OFFICER);
    await optOut('left@buyer.example');
    const keys = await world.engine.vault.keysOf(prospectId);
    await world.engine.vault.destroy(keys.map(({ kid }) => kid), '2026-11-03');
    const after = await explain.explain({ dispatchId: idOf(contactId) }, OFFICER);
    expect(after.dispatches[0]!.decisions).toEqual(before.dispatches[0]!.decisions);
    expect(after.dispatches[0]!.decisions[0]!.reproduced).toBe(true);
    expect(after.sentences).toEqual([expect.stringContaining('The recipient opted out')]);

    const { contactId: other } = (await world.addContact('refused@buyer.example'))!;
    await optOut('refused@buyer.example');
    expect(await send(other)).toMatchObject({ kind: 'refused' });
    const { dispatches: [refused] } = await explain.explain({ dispatchId: idOf(other) }, OFFICER);
    expect(refused!.decisions).toMatchObject([{ outcome: 'refused', reproduced: true }]);
    expect(refused!.sentences.join('\n')).toMatch(/“The person has not opted out” does not hold \(opted-out\)\. It stands on 15 U\.S\.C\. 7704/);
  });

  it('AUD-01 facts that changed since show as differences, rule by rule', async () => {
    const { contactId } = (await world.addContact('differs@buyer.example'))!;
    await send(contactId);
    context = { ...lawfulContext, tenant: { ...lawfulContext.tenant, postalAddressValid: false } };
    const { dispatches: [told] } = await explain.explain({ dispatchId: idOf(contactId) }, OFFICER);
    context = lawfulContext;
    expect(told!.decisions[0]).toMatchObject({ reproduced: false, differences: [expect.objectContaining({ rule: 'postal-address', recorded: 'allow' })] });
  });

  it('ACC-01 AUD-05 the reading is on record before anything is shown, and an address is never in the answer or the log', async () => {
    const email = 'someone.special@buyer.example';
    const { contactId } = (await world.addContact(email))!;
    await send(contactId);
    const before = (await types()).filter((type) => type === 'AccessLogged').length;
    const answer = await explain.explain({ address: 'Someone.Special@Buyer.example' }, OFFICER);
    expect(answer).toMatchObject({ contactId, suppression: 'clear', dispatches: [{ dispatchId: idOf(contactId) }] });
    expect(JSON.stringify(answer)).not.toMatch(/special/i);
    const logged = (await world.history()).filter(({ type }) => type === 'AccessLogged');
    expect(logged).toHaveLength(before + 1);
    expect(logged.at(-1)).toMatchObject({ actor: OFFICER, data: { purpose: 'audit_explain', subjectRefs: [contactId] } });

    const failing = explainWith({ record: () => Promise.reject(new Error('disk full')) });
    await expect(failing.explain({ address: email }, OFFICER)).rejects.toThrow('disk full');
  });

  it('SUP-07 an address below a blocked domain is told to be on the do-not-mail list', async () => {
    const { contactId } = (await world.addContact('ann@sales.firm.example'))!;
    const form = world.book.domain('firm.example');
    await world.engine.registry.suppress([{ tenantId: 'main', kind: 'domain', strict: form, loose: form, keyVersion: 1, scope: 'all_marketing', reason: 'imported', day: '2026-11-02' }]);
    expect(await explain.explain({ address: 'ann@sales.firm.example' }, OFFICER)).toMatchObject({ contactId, suppression: 'suppressed (imported)' });
    expect(await explain.explain({ address: 'ann@notfirm.example' }, OFFICER)).toMatchObject({ suppression: 'clear' });
  });

  it('AUD-01 an address that was erased or never known is explained to its suppression alone', async () => {
    const email = 'gone@buyer.example';
    const { prospectId } = (await world.addContact(email))!;
    await optOut(email);
    await world.engine.registry.remove(prospectId);
    expect(await explain.explain({ address: email }, OFFICER)).toMatchObject({ contactId: undefined, dispatches: [], suppression: 'suppressed (opt_out)' });
    const unknown = await explain.explain({ address: `nobody-${randomBytes(4).toString('hex')}@buyer.example` }, OFFICER);
    expect(unknown).toMatchObject({ contactId: undefined, suppression: 'clear', dispatches: [] });
    await expect(explain.explain({ dispatchId: 'aaaaaaaaaaaaaaaaaaaaaaaaaa' }, OFFICER)).rejects.toMatchObject({ code: 'unknown-dispatch', status: 404 });
    await expect(explain.explain({ messageId: '<something@else.example>' }, OFFICER)).rejects.toMatchObject({ code: 'foreign-message-id' });
  });
});
