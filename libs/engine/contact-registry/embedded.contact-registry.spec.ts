import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { openTempEngine, tempFolder } from '#engine/embedded/temp-folder.fixture';
import { openOutrightDb } from '#engine/embedded/outright-db.schema';
import type { Db } from '#engine/embedded/sqlite';
import { filesContaining } from '#engine/embedded/byte-scan.fixture';
import { formsOf, newContact, optOutOf } from './address-forms.fixture.js';
import { contactRegistryContract } from './contact-registry.contract.js';
import { AddressTable } from './embedded.address-table.js';
import { SuppressionTable } from './embedded.suppression-table.js';

contactRegistryContract('embedded', async () => {
  const { engine, close } = await openTempEngine();
  return { registry: engine.registry, store: engine.store, close };
});

describe('embedded contact registry', () => {
  it('SUP-01 the suppression table has the allowed columns and no others, and leads to nobody', () => {
    const folder = tempFolder();
    const db = openOutrightDb(`${folder.path}/outright.db`);
    const columns = (db.pragma('table_info(suppressions)') as { name: string }[]).map((column) => column.name);
    expect(columns).toEqual(['tenant_id', 'kind', 'strict', 'loose', 'key_version', 'scope', 'reason', 'day', 'rev', 'ord', 'published']);
    const { sql } = db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'suppressions'").get() as { sql: string };
    expect(sql).toMatch(/WITHOUT ROWID$/);
    db.close();
    folder.remove();
  });

  it('SUP-03 no lookup walks through the list: each asks an index for one whole key, however long the list is', () => {
    const folder = tempFolder();
    const db = openOutrightDb(`${folder.path}/outright.db`);
    const asked: string[] = [];
    const heard = { prepare: (sql: string) => (asked.push(sql), db.prepare(sql)) } as unknown as Db;
    new SuppressionTable(heard, () => Buffer.alloc(6));
    new AddressTable(heard);
    const lookups = asked.filter((sql) => sql.startsWith('SELECT') && !/count\(|published/.test(sql));
    const plans = lookups.flatMap((sql) => db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replace(/[?]|:\w+/g, "'x'")}`).all().map(({ detail }) => detail));
    const searches = plans.filter((detail) => /SEARCH|SCAN/.test(detail));
    expect(searches).toHaveLength(8);
    for (const search of searches) expect(search).toMatch(/\((tenant_id=\? AND (kind|channel)=\? AND (strict|loose)=\?|contact_id=\?|prospect_id=\?)\)( LEFT-JOIN)?$/);
    db.close();
    folder.remove();
  });

  it('INV-13 entries of a day are published in another order than they came', async () => {
    let last = 0;
    const { engine, close } = await openTempEngine({ random: (bytes) => Buffer.alloc(bytes, 255 - (last += 1)) });
    const people = ['anna', 'ben', 'carl'].map((person) => formsOf(person));
    for (const forms of people) await engine.registry.optOut(optOutOf(forms));
    const published = await engine.registry.unpublished('2026-11-04', 10);
    expect(published.map((entry) => entry.strict)).toEqual(people.map((forms) => forms.strict).reverse());
    await close();
  });

  it('an opt-out goes before everything that waits', async () => {
    const { engine, close } = await openTempEngine({ groupCommit: { maxJobs: 1 } });
    const order: string[] = [];
    const contacts = Array.from({ length: 5 }, (_, at) => newContact(formsOf(`person ${at}`)));
    const creates = contacts.map(async (contact) => {
      await engine.registry.create([contact]);
      order.push('create');
    });
    await Promise.all([...creates, engine.registry.optOut(optOutOf(formsOf('anna'))).then(() => order.push('opt-out'))]);
    expect(order[0]).toBe('opt-out');
    await close();
  });

  it('ERA-01 removed rows leave no bytes of their contact in any file', async () => {
    const { engine, folder, close } = await openTempEngine();
    const contacts = Array.from({ length: 600 }, (_, at) => ({ ...newContact(formsOf(`person ${at}`)), commits: [] }));
    await engine.registry.create(contacts);
    const erased = contacts.filter((_, at) => at % 7 === 3);
    await Promise.all(erased.map((contact) => engine.registry.close(contact.prospectId)));
    await Promise.all(erased.map((contact) => engine.registry.remove(contact.prospectId)));
    await engine.scrub();
    await engine.close();
    expect(readdirSync(folder.path)).toContain('outright.db');
    expect(filesContaining(folder.path, erased.map((contact) => Buffer.from(contact.forms.strict)))).toEqual([]);
    await close();
  });
});
