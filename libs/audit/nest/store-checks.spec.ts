import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Database } from '#engine/embedded/sqlite-driver';
import { auditOf } from '#test/support/audit';
import { testEngine, type TestEngine } from '#test/support/engine';
import { auditedHistory } from './audited-history.fixture.js';

Logger.overrideLogger(false);
const DAY = 86_400_000;
type History = Awaited<ReturnType<typeof auditedHistory>>;
const open: TestEngine[] = [];
afterEach(async () => { for (const { engine } of open.splice(0)) await engine.close(); });

async function history(): Promise<History> {
  const made = await auditedHistory(7);
  open.push(made);
  return made;
}

/** Stops, changes a file as somebody without the program could, and opens the folder again. */
async function tamper({ engine, folder, clock }: TestEngine, file: 'outright.db' | 'keys.db', sql: string, ...given: unknown[]) {
  await engine.close();
  const db = new Database(join(folder, file));
  expect(db.prepare(sql).run(...given).changes).toBeGreaterThan(0);
  db.close();
  const again = await testEngine(folder, clock as never);
  open.push(again);
  return { ...again, verify: () => auditOf(again).verifier.verify() };
}

const strictOf = ({ world }: History, email: string): string => world.book.email(email).strict;

describe('the do-not-mail list against the opt-outs of the log', () => {
  it('INV-04 SUP-10 (partly) an entry that is not published yet and gone is found, and the wish is named', async () => {
    const made = await history();
    const { email, contactId } = made.added[0]!;
    const after = await tamper(made, 'outright.db', 'DELETE FROM suppressions WHERE strict = ?', strictOf(made, email));
    const result = await after.verify();
    expect(result).toMatchObject({ ok: false, exit: 5, findingsTotal: 1, findings: [{ kind: 'suppression-lost', stream: contactId, message: expect.stringContaining('no longer on the do-not-mail list') }] });
    expect(JSON.stringify(result)).not.toContain(email);
  });

  it('INV-04 INV-13 (partly) the entry of an erased person, which leads to nobody, is found by count', async () => {
    const made = await history();
    const { email, prospectId } = made.added[0]!;
    await made.engine.registry.close(prospectId);
    await made.engine.registry.remove(prospectId);
    expect(await made.audit.verifier.verify()).toMatchObject({ ok: true });
    const after = await tamper(made, 'outright.db', 'DELETE FROM suppressions WHERE strict = ?', strictOf(made, email));
    expect((await after.verify()).findings).toEqual([{ kind: 'suppression-lost', message: expect.stringContaining('1 opt-outs more than the do-not-mail list') }]);
  });

  it('INV-04 published or not, with unknown addresses, imported lists, objections and repeated wishes nothing is found', async () => {
    const made = await history();
    const { world, clock, engine, added, optOut, audit } = made;
    const verified = async () => expect(await audit.verifier.verify()).toMatchObject({ ok: true, findings: [] });
    const suppress = (email: string) => engine.registry.suppress([{ tenantId: 'main', kind: 'email', ...formsOf(email), keyVersion: 1, scope: 'all_marketing', reason: 'imported', day: '2026-11-02' }]);
    const formsOf = (email: string) => { const { strict, loose } = world.book.email(email); return { strict, loose }; };
    await optOut('stranger@nowhere.example');
    await suppress(added[1]!.email);
    await suppress('old@nowhere.example');
    await verified();
    clock.advance(DAY);
    await world.publishSuppressions();
    await optOut(added[1]!.email);
    await world.optOuts.execute({ request: { forms: world.book.email(added[2]!.email), channel: 'post', kind: 'objection', receivedAt: new Date(clock.now().getTime() - 3 * DAY), actor: { kind: 'local', id: 'officer' } } });
    await world.optOuts.execute({ request: { forms: world.book.email(added[2]!.email), channel: 'post', kind: 'opt_out', receivedAt: new Date(clock.now().getTime() - 5 * DAY), actor: { kind: 'local', id: 'officer' } } });
    await verified();
    clock.advance(DAY);
    await world.publishSuppressions();
    await verified();
  });

  it('INV-04 SUP-07 a published domain block that is gone is found, also where a domain above it is blocked', async () => {
    const made = await history();
    const entry = (domain: string) => { const form = made.world.book.domain(domain); return { tenantId: 'main', kind: 'domain', strict: form, loose: form, keyVersion: 1, scope: 'all_marketing', reason: 'imported', day: '2026-11-02' } as const; };
    await made.engine.registry.suppress([entry('sales.firm.example'), entry('firm.example')]);
    made.clock.advance(DAY);
    await made.world.publishSuppressions();
    expect(await made.audit.verifier.verify()).toMatchObject({ ok: true, findings: [] });
    const after = await tamper(made, 'outright.db', 'DELETE FROM suppressions WHERE strict = ?', entry('sales.firm.example').strict);
    expect((await after.verify()).findings).toMatchObject([{ kind: 'suppression-lost', message: expect.stringContaining('1 published suppressions') }]);
  });

  it('INV-04 a verification beside opt-outs and publications finds nothing', async () => {
    const { clock, world, optOut, audit } = await history();
    let stop = false;
    const busy = (async () => {
      for (let i = 100; !stop; i++) {
        await world.addContact(`person${i}@buyer.example`);
        await optOut(`person${i}@buyer.example`);
        if (i % 5 === 0) clock.advance(DAY);
        if (i % 5 === 1) await world.publishSuppressions();
      }
    })();
    const found: unknown[] = [];
    for (let round = 0; round < 10; round++) found.push(...(await audit.verifier.verify()).findings);
    stop = true;
    await busy;
    expect(found).toEqual([]);
  });
});

describe('the key store against the keys that the log names', () => {
  it('ERA-10 (partly) H11 a key that is gone without a tombstone is found with its event, and alarms', async () => {
    const made = await history();
    const { prospectId, contactId } = made.added[3]!;
    const [key] = await made.engine.vault.keysOf(prospectId);
    const after = await tamper(made, 'keys.db', 'DELETE FROM keys WHERE kid = ?', key!.kid);
    const alarms: string[] = [];
    after.personal.onMissingKey(({ message }) => alarms.push(message));
    expect(await after.verify()).toMatchObject({ ok: false, exit: 5, findingsTotal: 1, findings: [{ kind: 'key-missing', stream: contactId, version: 1, message: expect.stringContaining(key!.kid) }] });
    expect(alarms).toEqual([expect.stringContaining(key!.kid)]);
  });

  it('ERA-10 a tombstone is no loss, and it is missed where the log says that there must be one', async () => {
    const made = await history();
    const { prospectId } = made.added[3]!;
    const kids = (await made.engine.vault.keysOf(prospectId)).map(({ kid }) => kid);
    await made.shred(prospectId);
    await made.log.append({ streamId: 'case-1', expected: 0, meta: made.meta, events: [{ type: 'KeysDestroyed', data: { caseId: 'case-1', keyIds: kids, day: '2026-11-03' } }] });
    expect(await made.audit.verifier.verify()).toMatchObject({ ok: true });
    const after = await tamper(made, 'keys.db', 'DELETE FROM keys WHERE kid = ?', kids[0]);
    expect((await after.verify()).findings.map(({ kind, stream }) => [kind, stream])).toEqual([['key-missing', made.added[3]!.contactId], ['key-missing', 'case-1']]);
  });

  it('INV-06 ERA-05 (partly) a key that the log says was destroyed and an old copy of the store brought back is found', async () => {
    const made = await history();
    const { prospectId } = made.added[3]!;
    const [key] = await made.engine.vault.keysOf(prospectId);
    await made.log.append({ streamId: 'case-1', expected: 0, meta: made.meta, events: [{ type: 'KeysDestroyed', data: { caseId: 'case-1', keyIds: [key!.kid], day: '2026-11-03' } }] });
    expect((await made.audit.verifier.verify()).findings).toMatchObject([{ kind: 'key-revived', stream: 'case-1', message: expect.stringContaining('must be erased anew') }]);
  });

  it('AUD-03 an edited event is found as such, and the key that it names now raises no alarm', async () => {
    const made = await history();
    const after = await tamper(made, 'outright.db', `UPDATE events SET bytes = CAST(replace(CAST(bytes AS TEXT), '"kid":"key-', '"kid":"kez-') AS BLOB) WHERE type = 'ContactAdded' AND position < 3`);
    const alarms: string[] = [];
    after.personal.onMissingKey(({ message }) => alarms.push(message));
    expect(new Set((await after.verify()).findings.map(({ kind }) => kind))).toEqual(new Set(['edited']));
    expect(alarms).toEqual([]);
  });

  it('H11 a key that does not open is told from one that is gone', async () => {
    const made = await history();
    const [key] = await made.engine.vault.keysOf(made.added[3]!.prospectId);
    const after = await tamper(made, 'keys.db', 'UPDATE keys SET wrapped = randomblob(length(wrapped)) WHERE kid = ?', key!.kid);
    expect((await after.verify()).findings).toMatchObject([{ kind: 'key-missing', message: expect.stringContaining('does not open') }]);
  });
});
