import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '#engine/embedded/sqlite-driver';
import { afterAll, describe, expect, it } from '@jest/globals';
import { MovableClock } from '#engine/clock/movable.clock';
import { filesContaining } from '#engine/embedded/byte-scan.fixture';
import { erasureWorld, type ErasureWorld, type Person } from '#test/support/erasures';
import { testEngine } from '#test/support/engine';
import { removeTempFolders } from '#test/support/temp-folder';
import { erasureProof, proofHash } from '../domain/erasure-proof.js';

afterAll(removeTempFolders);

const stateOf = async (world: ErasureWorld, { prospectId }: Person) => (await world.cases.load((await world.caseOf(prospectId))!)).state;
/** The wrapped bytes of data keys as they lie in the vault's file; only while its engine is closed. */
function wrappedKeys(dataFolder: string): Buffer[] {
  const db = new Database(join(dataFolder, 'keys.db'), { readonly: true });
  try {
    return db.prepare<[], Buffer>('SELECT wrapped FROM keys').pluck().all();
  } finally {
    db.close();
  }
}

describe('erasure journey', () => {
  it('INV-05 INV-07 OPT-10 ERA-01 ERA-03 thirty opt-outs: proved within the hour, no canary and no key byte in any file', async () => {
    const clock = new MovableClock(new Date('2026-11-02T09:00:00.000Z'));
    const before = await erasureWorld(await testEngine(undefined, clock));
    const people: Person[] = [];
    for (let n = 0; n < 30; n++) people.push(await before.addPerson([`Canary.${n}+x@birds.example`]));
    const kept = await Promise.all(people.map((person, n) => before.keepMessage(person, `dispatch-${n}`, 'campaign-1')));
    const { folder, mailFolder } = before;
    await before.close();
    const keys = wrappedKeys(folder);
    expect(keys).toHaveLength(30);

    const world = await erasureWorld(await testEngine(folder, clock), mailFolder);
    for (const { emails } of people) await world.optOut(emails[0]!);
    await world.managers.start();
    await world.settle();
    for (const person of people) {
      const state = await stateOf(world, person);
      expect(Date.parse(state.completedAt!) - Date.parse(state.request!.receivedAt)).toBeLessThan(3_600_000);
      expect(await world.engine.readModels.get('erasures', state.request!.caseId)).toMatchObject({ state: 'completed', next: 'none' });
    }
    expect(world.failures).toEqual([]);
    const scans = new Set((await world.history()).flatMap(({ type, data }) => (type === 'ErasureVerified' ? [data.scanHash] : [])));
    expect(scans.size).toBeLessThan(30);
    await world.close();

    // Keys of persons and keys of cases are overwritten alike.
    expect(wrappedKeys(folder).map((key) => key.some((byte) => byte !== 0))).toEqual(Array.from({ length: 60 }, () => false));
    const needles = people.flatMap(({ emails: [email = ''] }) => [email, email.toLowerCase()].flatMap((text) =>
      [text, encodeURIComponent(text), Buffer.from(text).toString('base64').slice(0, -4), createHash('sha256').update(text).digest('hex')].map((form) => Buffer.from(form))));
    expect(filesContaining(folder, [...needles, ...keys])).toEqual([]);
    expect(filesContaining(mailFolder, needles)).toEqual([]);
    expect(kept.filter((path) => existsSync(path))).toEqual([]);
    const ledger = readFileSync(join(folder, 'erasure-ledger.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as object);
    expect(ledger).toHaveLength(30);
    for (const line of ledger) expect(Object.keys(line).sort()).toEqual(['caseId', 'day', 'kids']);
  });

  it('ERA-10 late and repeated events after an erasure revive nothing, and a rebuild gives the same', async () => {
    const world = await erasureWorld();
    await world.managers.start();
    const person = await world.addPerson(['late.bird@birds.example', 'second@birds.example']);
    await world.projector.caughtUp();
    expect(await world.engine.readModels.count('contacts')).toEqual({ total: 2 });
    await world.optOut('late.bird@birds.example');
    await world.settle();
    expect((await stateOf(world, person)).completedAt).toBeDefined();
    const [contactId] = person.contactIds;
    await world.log.append({ streamId: contactId!, expected: 'any', meta: world.meta, events: [
      { type: 'DispatchCancelled', data: { contactId, dispatchId: 'd', campaignId: 'c', attempt: 1, reason: 'erasure' } },
      { type: 'NoticeProvided', data: { contactId, dispatchId: 'd', providedAt: '2026-11-03T00:00:00.000Z', textVersion: '1' } },
    ] });
    await world.log.append({ streamId: person.prospectId, expected: 'any', meta: world.meta, events: [{ type: 'RetentionAnchorMoved', data: { prospectId: person.prospectId, anchorAt: '2026-11-03T00:00:00.000Z', expiresAt: '2029-11-03T00:00:00.000Z', reason: 'reply' } }] });
    await world.optOut('late.bird@birds.example');
    await world.settle();
    const { readModels } = world.engine;
    expect((await readModels.find('contacts')).items).toEqual([]);
    expect((await readModels.find('prospects')).items).toEqual([]);
    expect(await readModels.count('erasures', undefined, 'state')).toEqual({ completed: 1 });
    await world.engine.feed.reset('projections');
    const { folder } = world;
    await world.close();
    const again = await erasureWorld(await testEngine(folder));
    await again.projector.caughtUp();
    expect(await again.engine.readModels.get('contacts', contactId!)).toBeUndefined();
    expect(await again.engine.readModels.get('prospects', person.prospectId)).toBeUndefined();
    const [added] = await again.log.load(contactId!);
    expect(await again.personal.open(added!.data.recipient as never)).toBe('[erased]');
    expect(await again.addPerson(['late.bird@birds.example']).catch((error: Error) => error.message)).toContain('suppressed');
    await again.close();
  });

  it('ERA-02 INV-06 an opt-out destroys marketing keys only, and never again seals under them', async () => {
    const world = await erasureWorld();
    await world.managers.start();
    const { prospectId } = await world.addPerson(['client@birds.example']);
    await world.engine.vault.create([{ tenantId: 'main', subjectId: prospectId, purposeClass: 'contract' }]);
    await world.optOut('client@birds.example');
    await world.settle();
    const states = Object.fromEntries((await world.engine.vault.keysOf(prospectId)).map(({ purposeClass, state }) => [purposeClass, state]));
    expect(states).toEqual({ marketing: 'destroyed', contract: 'present' });
    await expect(world.engine.vault.create([{ tenantId: 'main', subjectId: prospectId, purposeClass: 'marketing' }])).rejects.toMatchObject({ rule: 'INV-06' });
    await world.close();
  });

  it('INV-13 after the erasure only the suppression list knows an address, and its rows lead to nobody', async () => {
    const world = await erasureWorld();
    await world.managers.start();
    const gone = await world.addPerson(['gone@birds.example']);
    const old = await world.addPerson(['old@birds.example'], '2023-11-03T00:00:00.000Z');
    await world.optOut('gone@birds.example');
    (world.clock as MovableClock).advanceTo(new Date('2026-11-03T00:00:00.000Z'));
    await world.sweep.run();
    await world.settle();
    for (const person of [gone, old]) expect((await stateOf(world, person)).completedAt).toBeDefined();
    const forms = world.book.email('gone@birds.example');
    const expired = world.book.email('old@birds.example');
    const { folder } = world;
    await world.close();
    expect(filesContaining(folder, [Buffer.from(expired.strict), Buffer.from(expired.loose)])).toEqual([]);
    const ids = [gone.prospectId, ...gone.contactIds];
    for (const file of ['outright.db', 'read-models.db', 'keys.db']) {
      const db = new Database(join(folder, file), { readonly: true });
      const tables = db.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").pluck().all();
      for (const table of tables) {
        const rows = JSON.stringify(db.prepare(`SELECT * FROM "${table}"`).all().map((row) => Object.values(row as object).map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : value))));
        if (table === 'suppressions') for (const id of ids) expect(rows).not.toContain(id);
        else for (const form of [forms.strict, forms.loose]) expect(rows).not.toContain(form);
      }
      db.close();
    }
  });

  it('ERA-03 a trace left in a file reopens the case, and the proof waits until it is gone', async () => {
    const world = await erasureWorld();
    await world.managers.start();
    const person = await world.addPerson(['Traced@birds.example']);
    const { writeFileSync, rmSync } = await import('node:fs');
    const forgotten = join(world.folder, 'export.csv');
    writeFileSync(forgotten, 'name,mail\nA,traced@BIRDS.example\n');
    await world.optOut('Traced@birds.example');
    await world.settle();
    const caseId = (await world.caseOf(person.prospectId))!;
    expect(await stateOf(world, person)).toMatchObject({ reopened: 1, done: ['secure_address'] });
    const reopened = (await world.log.load(caseId)).find(({ type }) => type === 'ErasureReopened');
    expect(reopened!.data).toEqual({ caseId, hits: 1, places: ['other-file'] });
    rmSync(forgotten);
    await world.settle();
    expect((await stateOf(world, person)).completedAt).toBeUndefined();
    world.clock.advance(11 * 60_000);
    await world.settle();
    expect((await stateOf(world, person)).completedAt).toBeDefined();
    await world.close();
  });

  it('INV-26 the proof is what the stream says, and its hash stands in the stream', async () => {
    const world = await erasureWorld();
    await world.managers.start();
    const person = await world.addPerson(['proved@birds.example', 'proved.too@birds.example']);
    await world.optOut('proved@birds.example');
    await world.settle();
    const events = await world.cases.events((await world.caseOf(person.prospectId))!);
    const proof = erasureProof(events)!;
    expect(proof).toMatchObject({ trigger: 'opt_out', inTime: true, keysDestroyed: 1, reopened: 0, steps: { suppress: 2, secure_address: 2, destroy_keys: 1, remove_registry_rows: 2, destroy_case_key: 1, notify_recipients: 0 } });
    expect(events.at(-1)!.data.proofHash).toBe(proofHash(proof));
    for (const id of [person.prospectId, ...person.contactIds]) expect(JSON.stringify(proof)).not.toContain(id);
    await world.close();
  });
});
