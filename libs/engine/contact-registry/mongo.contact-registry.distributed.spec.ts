import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MovableClock } from '#engine/clock/movable.clock';
import { CutLine } from '#engine/distributed/cut-line.fixture';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { ownDatabase } from '#engine/distributed/own-database.fixture';
import { MongoEventStore } from '#engine/event-store/mongo.event-store';
import { commitOf, preparedEvent } from '#engine/event-store/prepared-event.fixture';
import { formsOf, newContact, optOutOf } from './address-forms.fixture.js';
import { contactRegistryContract } from './contact-registry.contract.js';
import type { CreateContact, WishFor } from './contact-registry.port.js';
import type { RegistryPoint } from './mongo.contact-creation.js';
import { MongoContactRegistry, type MongoRegistryOptions } from './mongo.contact-registry.js';

contactRegistryContract('MongoDB', async () => {
  const database = ownDatabase('registry');
  const connection = await MongoConnection.open(database.url);
  const store = await MongoEventStore.open(connection);
  const registry = await MongoContactRegistry.open(connection, store);
  return { registry, store, close: async () => { await connection.close(); await database.drop(); } };
});

const BEFORE_THE_LOG: readonly RegistryPoint[] = ['create:row', 'create:looked', 'create:dropped'];
const CREATION: readonly RegistryPoint[] = [...BEFORE_THE_LOG, 'create:person', 'create:contact', 'create:live'];

describe('contact registry on MongoDB', () => {
  let database: ReturnType<typeof ownDatabase>;
  let connection: MongoConnection;
  let clock: MovableClock;
  beforeEach(async () => {
    database = ownDatabase('registry');
    connection = await MongoConnection.open(database.url);
    clock = new MovableClock(new Date('2026-11-02T09:00:00Z'));
  });
  afterEach(async () => {
    await connection.close();
    await database.drop();
  });

  async function instance(at?: MongoRegistryOptions['at'], over = connection, patienceMs = 60) {
    const store = await MongoEventStore.open(over);
    const registry = await MongoContactRegistry.open(over, store, { clock, patienceMs, ...(at === undefined ? {} : { at }) });
    const typesOf = async (streamId: string) => (await store.load(streamId)).map(({ type }) => type);
    const wishFor: WishFor = async (row, { reason }) =>
      (reason !== 'opt_out' || (await typesOf(row.contactId)).includes('OptOutRecorded') ? undefined : commitOf({ streamId: row.contactId, events: [preparedEvent('OptOutRecorded')] }));
    return { registry, store, typesOf, sweep: () => registry.sweep(wishFor) };
  }
  const dyingAt = async (point: RegistryPoint) => (await instance((at) => { if (at === point) throw new Error('died'); })).registry;
  const minuteLater = () => clock.advance(61_000);
  /** Either all of it or nothing. */
  async function whatIsThere({ contactId, prospectId, forms }: CreateContact) {
    const { registry, typesOf } = await instance();
    const [row, contact, person] = [await registry.locate('tenant-a', forms), await typesOf(contactId), await typesOf(prospectId)];
    return { state: row?.state, contact, person, gate: (await registry.suppressionOfContact(contactId)).status };
  }

  describe.each(CREATION)('a creation that dies at %s', (point) => {
    it('is finished by the sweep of another process, once, and the address is not stuck', async () => {
      const contact = newContact(formsOf('anna'));
      await expect((await dyingAt(point)).create([contact])).rejects.toThrow('died');
      const { registry, sweep } = await instance();
      expect(await registry.create([newContact(contact.forms)])).toMatchObject([{ status: point === 'create:live' ? 'exists' : 'deferred' }]);
      minuteLater();
      expect(await sweep()).toEqual({ finished: point === 'create:live' ? 0 : 1, removed: 0, paired: 0 });
      expect(await whatIsThere(contact)).toEqual({ state: 'live', contact: ['ContactPointLinked'], person: ['ContactPointAdded'], gate: 'clear' });
      expect(await sweep()).toEqual({ finished: 0, removed: 0, paired: 0 });
      expect(await registry.create([contact, newContact(contact.forms)])).toMatchObject([{ status: 'created' }, { status: 'exists' }]);
    });

    it('INV-01 SUP-10 lets nothing into the log after an opt-out that it had not told of before, and nobody to be mailed', async () => {
      const contact = newContact(formsOf('anna'));
      await expect((await dyingAt(point)).create([contact])).rejects.toThrow('died');
      const { registry, sweep } = await instance();
      expect((await registry.optOut(optOutOf(contact.forms))).rev).toBe(1);
      expect((await whatIsThere(contact)).gate).toBe('suppressed');
      minuteLater();
      await sweep();
      const nothing = { state: undefined, contact: [], person: [], gate: 'unknown' };
      const withWish = { state: 'live', contact: ['ContactPointLinked', 'OptOutRecorded'], person: ['ContactPointAdded'], gate: 'suppressed' };
      expect(await whatIsThere(contact)).toEqual(BEFORE_THE_LOG.includes(point) ? nothing : withWish);
      expect(await sweep()).toEqual({ finished: 0, removed: 0, paired: 0 });
      expect(await registry.create([newContact(contact.forms)])).toEqual([{ status: 'suppressed' }]);
    });

    it('is finished by the same call again', async () => {
      const contact = newContact(formsOf('anna'));
      await expect((await dyingAt(point)).create([contact])).rejects.toThrow('died');
      expect(await (await instance()).registry.create([contact])).toEqual([{ status: 'created' }]);
      expect(await whatIsThere(contact)).toEqual({ state: 'live', contact: ['ContactPointLinked'], person: ['ContactPointAdded'], gate: 'clear' });
    });
  });

  it.each(['opt-out:read', 'opt-out:recorded', 'opt-out:suppressed'] as const)('OPT-03 an opt-out that dies at %s is completed by its repetition, and its event stands once', async (point) => {
    const { registry, typesOf } = await instance();
    const contact = newContact(formsOf('anna'));
    await registry.create([contact]);
    const commit = commitOf({ streamId: contact.contactId, events: [preparedEvent('OptOutRecorded')] });
    const wish = { ...optOutOf(contact.forms), commitFor: () => commit };
    await expect((await dyingAt(point)).optOut(wish)).rejects.toThrow('died');
    const denied = (await typesOf(contact.contactId)).includes('OptOutRecorded') || (await registry.suppressionOfContact(contact.contactId)).status === 'suppressed';
    expect(denied).toBe(point !== 'opt-out:read');
    expect((await registry.optOut(wish)).reached).toMatchObject([{ result: { status: point === 'opt-out:read' ? 'appended' : 'duplicate' } }]);
    expect(await whatIsThere(contact)).toMatchObject({ contact: ['ContactPointLinked', 'OptOutRecorded'], gate: 'suppressed' });
  });

  it.each(CREATION)('an opt-out that comes while a creation stands at %s suppresses it, and its event is there after the sweep', async (point) => {
    const other = await instance();
    const reached: string[] = [];
    const creating = await instance(async (at) => {
      if (at === point) reached.push(...(await other.registry.optOut(optOutOf(formsOf('anna')))).reached.map(({ row }) => row.contactId));
    });
    const contact = newContact(formsOf('anna'));
    const [result] = await creating.registry.create([contact]);
    expect(result!.status).toBe(point === 'create:row' ? 'suppressed' : 'created');
    expect(reached).toEqual(point === 'create:live' ? [contact.contactId] : []);
    await other.sweep();
    const { state, contact: events, gate } = await whatIsThere(contact);
    expect([state, events, gate]).toEqual(point === 'create:row' ? [undefined, [], 'unknown'] : ['live', ['ContactPointLinked', 'OptOutRecorded'], 'suppressed']);
  });

  it('an opt-out waits for a creation that is about to end, and reaches it', async () => {
    const other = await instance(undefined, connection, 20_000);
    let optingOut: ReturnType<typeof other.registry.optOut> | undefined;
    const creating = await instance(async (at) => {
      if (at !== 'create:person') return;
      optingOut = other.registry.optOut(optOutOf(formsOf('anna')));
      for (let seen = 'clear'; seen === 'clear';) seen = (await other.registry.suppressionOf('tenant-a', formsOf('anna'))).status;
    });
    const contact = newContact(formsOf('anna'));
    expect(await creating.registry.create([contact])).toEqual([{ status: 'created' }]);
    expect((await optingOut!).reached).toMatchObject([{ row: { contactId: contact.contactId } }]);
    expect((await whatIsThere(contact)).contact).toEqual(['ContactPointLinked', 'OptOutRecorded']);
  });

  it('a process that stood still until its row was swept away appends nothing, and its repeated call finds the suppression', async () => {
    const other = await instance();
    const slow = await instance(async (at) => {
      if (at !== 'create:dropped') return;
      await other.registry.optOut(optOutOf(formsOf('anna')));
      minuteLater();
      expect(await other.sweep()).toMatchObject({ removed: 1 });
    });
    const contact = newContact(formsOf('anna'));
    await expect(slow.registry.create([contact])).rejects.toMatchObject({ code: 'creation-overtaken', retriable: true });
    expect(await whatIsThere(contact)).toEqual({ state: undefined, contact: [], person: [], gate: 'unknown' });
    expect(await other.registry.create([contact])).toEqual([{ status: 'suppressed' }]);
  });

  it('a row whose person went on to another version is removed by the sweep', async () => {
    const { store, sweep } = await instance();
    const contact = newContact(formsOf('anna'));
    await store.append(commitOf({ streamId: contact.prospectId, events: [preparedEvent('Erased')] }));
    const stale = { ...contact, commits: [contact.commits[0]!, commitOf({ streamId: contact.prospectId, expected: 0 })] };
    await expect((await dyingAt('create:dropped')).create([stale])).rejects.toThrow('died');
    minuteLater();
    expect(await sweep()).toEqual({ finished: 0, removed: 1, paired: 0 });
    expect(await whatIsThere(contact)).toMatchObject({ state: undefined, contact: [], person: ['Erased'] });
  });

  it('a sweep that dies is taken up by the next, and two at once do each thing once', async () => {
    const contacts = ['anna', 'ben', 'carl'].map((name) => newContact(formsOf(name)));
    await expect((await dyingAt('create:person')).create(contacts)).rejects.toThrow('died');
    const [one, two] = [await instance(), await instance()];
    await one.registry.optOut(optOutOf(formsOf('ben')));
    minuteLater();
    const dying = await instance((at) => { if (at === 'sweep:finished') throw new Error('died'); });
    await expect(dying.sweep()).rejects.toThrow('died');
    await Promise.all([one.sweep(), two.sweep()]);
    expect(await Promise.all(contacts.map(async (contact) => (await whatIsThere(contact)).contact.filter((type) => type === 'ContactPointLinked').length))).toEqual([1, 1, 1]);
    expect((await whatIsThere(contacts[1]!)).contact).toContain('OptOutRecorded');
    expect((await whatIsThere(contacts[0]!)).contact).toEqual(['ContactPointLinked']);
  });

  it('of two processes that import the same people at once each person is created by one', async () => {
    const [one, two] = [await instance(), await instance()];
    const names = Array.from({ length: 20 }, (_, at) => `person ${at}`);
    const results = await Promise.all([one, two].map(({ registry }) => registry.create(names.map((name) => newContact(formsOf(name))))));
    names.forEach((_, at) => {
      const statuses = results.map((each) => each[at]!.status).sort();
      expect(statuses[0]).toBe('created');
      expect(['exists', 'deferred']).toContain(statuses[1]);
    });
  });

  it('a reply lost on the way is a retriable error, and the repeated call creates once', async () => {
    const line = await CutLine.to(database.url);
    const far = await MongoConnection.open(line.through(database.url), { heartbeatFrequencyMS: 500 });
    const { registry } = await instance(undefined, far);
    const contact = newContact(formsOf('anna'));
    line.swallowReplyTo('addresses');
    await expect(registry.create([contact])).rejects.toMatchObject({ code: 'mongo-unreachable', retriable: true });
    expect(await registry.create([contact])).toEqual([{ status: 'created' }]);
    expect(await whatIsThere(contact)).toEqual({ state: 'live', contact: ['ContactPointLinked'], person: ['ContactPointAdded'], gate: 'clear' });
    await far.close();
    await line.cut();
  });

  it('SUP-01 a suppression holds the allowed fields and no others, and no time finer than a day; a live row owes nothing', async () => {
    const { registry } = await instance();
    const contact = newContact(formsOf('anna'));
    await registry.create([contact]);
    await registry.optOut(optOutOf(contact.forms));
    const [entry] = await connection.db.collection('suppressions').find().toArray();
    expect(Object.keys(entry!).sort()).toEqual(['_id', 'day', 'keyVersion', 'kind', 'loose', 'ord', 'published', 'reason', 'rev', 'scope', 'strict', 'tenantId']);
    expect(Object.values(entry!).every((value) => ['string', 'number', 'boolean'].includes(typeof value))).toBe(true);
    expect(JSON.stringify(entry)).not.toContain(contact.contactId);
    const [row] = await connection.db.collection('addresses').find().toArray();
    expect(Object.keys(row!).sort()).toEqual(['_id', 'channel', 'contactId', 'domains', 'loose', 'prospectId', 'state', 'strict', 'tenantId', 'unlooked']);
  });
});
