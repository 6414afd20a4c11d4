import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { commitOf, preparedEvent } from '#engine/event-store/prepared-event.fixture';
import { domainEntry, entryOf, formsOf, newContact, optOutOf } from './address-forms.fixture.js';
import type { RegistryUnderTest } from './registry-under-test.fixture.js';
import { registryProperties } from './contact-registry.properties.contract.js';

/** The protocol of the two indexes, as every engine keeps it. */
export function contactRegistryContract(name: string, open: () => Promise<RegistryUnderTest>): void {
  describe(`contact registry contract: ${name}`, () => {
    let registry: RegistryUnderTest['registry'];
    let store: RegistryUnderTest['store'];
    let close: () => Promise<void>;
    beforeEach(async () => ({ registry, store, close } = await open()));
    afterEach(() => close());

    const typesOf = async (streamId: string) => (await store.load(streamId)).map((event) => event.type);

    it('creates row and events together, and a repeated call changes nothing', async () => {
      const contact = newContact(formsOf('anna'));
      expect(await registry.create([contact])).toEqual([{ status: 'created' }]);
      expect(await registry.create([contact])).toEqual([{ status: 'created' }]);
      const row = { tenantId: 'tenant-a', forms: contact.forms, contactId: contact.contactId, prospectId: contact.prospectId, state: 'live' };
      expect(await registry.locate('tenant-a', contact.forms)).toEqual(row);
      expect(await registry.rowsOfProspect(contact.prospectId)).toEqual([row]);
      expect([await typesOf(contact.contactId), await typesOf(contact.prospectId)]).toEqual([['ContactPointLinked'], ['ContactPointAdded']]);
      expect(await registry.suppressionOfContact(contact.contactId)).toEqual({ status: 'clear', rev: 0 });
    });

    it('has one row per loose form, also within one call', async () => {
      const first = newContact(formsOf('anna'));
      const second = newContact(formsOf('anna', { spelling: 'dotted' }));
      expect((await registry.create([first, second])).map((result) => result.status)).toEqual(['created', 'exists']);
      expect(await registry.create([second])).toMatchObject([{ status: 'exists', row: { contactId: first.contactId } }]);
      expect(await typesOf(second.contactId)).toEqual([]);
    });

    it('writes neither row nor event where a commit expected another version', async () => {
      const contact = newContact(formsOf('anna'));
      await store.append(commitOf({ streamId: contact.prospectId, events: [preparedEvent('OptedOutElsewhere')] }));
      const stale = { ...contact, commits: [contact.commits[0]!, commitOf({ streamId: contact.prospectId, expected: 0 })] };
      const fine = newContact(formsOf('ben'));
      expect(await registry.create([stale, fine])).toEqual([{ status: 'conflict', streamId: contact.prospectId, version: 1 }, { status: 'created' }]);
      expect([await registry.locate('tenant-a', contact.forms), await typesOf(contact.contactId)]).toEqual([undefined, []]);
    });

    it('SUP-03 an address that nobody knows is unknown to the gate', async () => {
      expect(await registry.suppressionOfContact('contact-unheard-of')).toEqual({ status: 'unknown' });
    });

    it('OPT-04 an opt-out reaches every contact of the person and suppresses every address before the answer', async () => {
      const mail = newContact(formsOf('anna'));
      const phone = newContact(formsOf('anna', { channel: 'phone' }), { prospectId: mail.prospectId });
      await registry.create([mail, phone]);
      const { reached, rev } = await registry.optOut(optOutOf(mail.forms));
      expect(rev).toBe(1);
      expect(reached.map(({ row, result }) => [row.contactId, result?.status]).sort()).toEqual([[mail.contactId, 'appended'], [phone.contactId, 'appended']].sort());
      for (const { contactId, forms } of [mail, phone]) {
        expect(await registry.suppressionOfContact(contactId)).toEqual({ status: 'suppressed', scope: 'all_marketing', reason: 'opt_out' });
        expect((await registry.suppressionOf('tenant-a', forms)).status).toBe('suppressed');
        expect((await typesOf(contactId)).at(-1)).toBe('OptOutRecorded');
      }
    });

    it('OPT-07 an opt-out of an unknown address suppresses it and reaches nobody', async () => {
      expect(await registry.optOut(optOutOf(formsOf('nobody')))).toEqual({ reached: [], rev: 1 });
      expect(await registry.create([newContact(formsOf('nobody'))])).toEqual([{ status: 'suppressed' }]);
    });

    it('a repeated opt-out raises the revision and may have nothing to record', async () => {
      const contact = newContact(formsOf('anna'));
      await registry.create([contact]);
      await registry.optOut(optOutOf(contact.forms));
      const again = await registry.optOut({ ...optOutOf(contact.forms), commitFor: () => undefined });
      expect(again).toMatchObject({ rev: 2, reached: [{ row: { contactId: contact.contactId }, result: undefined }] });
      expect(await typesOf(contact.contactId)).toEqual(['ContactPointLinked', 'OptOutRecorded']);
    });

    it('SUP-02 gmail dots and tags: another spelling of the loose form is suppressed too', async () => {
      await registry.optOut(optOutOf(formsOf('anna')));
      const dotted = newContact(formsOf('anna', { spelling: 'dots and a tag' }));
      expect(await registry.create([dotted])).toEqual([{ status: 'suppressed' }]);
      expect([await registry.locate('tenant-a', dotted.forms), await typesOf(dotted.contactId)]).toEqual([undefined, []]);
    });

    it('SUP-02 an entry under either form suppresses a contact that was there before it', async () => {
      const [anna, ben, carl] = ['anna', 'ben', 'carl'].map((person) => newContact(formsOf(person)));
      await registry.create([anna!, ben!, carl!]);
      await registry.suppress([entryOf(formsOf('anna', { spelling: 'dotted' })), { ...entryOf(ben!.forms), loose: formsOf('nobody').loose }]);
      const states = await Promise.all([anna!, ben!, carl!].map(({ contactId }) => registry.suppressionOfContact(contactId)));
      expect(states).toEqual([...Array(2).fill({ status: 'suppressed', scope: 'all_marketing', reason: 'imported' }), { status: 'clear', rev: 0 }]);
    });

    it('SUP-07 a blocked domain suppresses its addresses only', async () => {
      const contact = newContact(formsOf('anna', { domain: 'blocked.example' }));
      await registry.create([contact, newContact(formsOf('ben'))]);
      expect(await registry.suppress([domainEntry('blocked.example'), domainEntry('blocked.example')])).toEqual({ added: 1, existing: 1 });
      expect((await registry.suppressionOfContact(contact.contactId)).status).toBe('suppressed');
      expect((await registry.suppressionOf('tenant-a', formsOf('ben'))).status).toBe('clear');
      expect(await registry.create([newContact(formsOf('carl', { domain: 'blocked.example' }))])).toEqual([{ status: 'suppressed' }]);
    });

    it('SUP-07 a blocked domain suppresses every domain below it, and neither a sibling nor the domain above', async () => {
      const below = newContact(formsOf('anna', { domain: 'sales.blocked.example' }));
      const deep = newContact(formsOf('ben', { domain: 'eu.sales.blocked.example' }));
      const beside = newContact(formsOf('carl', { domain: 'notblocked.example' }));
      await registry.create([below, deep, beside]);
      await registry.suppress([domainEntry('blocked.example'), domainEntry('eu.notblocked.example')]);
      const states = await Promise.all([below, deep, beside].map(({ contactId }) => registry.suppressionOfContact(contactId)));
      expect(states.map(({ status }) => status)).toEqual(['suppressed', 'suppressed', 'clear']);
      expect((await registry.suppressionOf('tenant-a', formsOf('dora', { domain: 'mail.blocked.example' }))).status).toBe('suppressed');
      expect((await registry.suppressionOf('tenant-b', formsOf('dora', { domain: 'mail.blocked.example' }))).status).toBe('clear');
      expect(await registry.create([newContact(formsOf('emil', { domain: 'a.b.blocked.example' }))])).toEqual([{ status: 'suppressed' }]);
      expect((await registry.locate('tenant-a', below.forms))?.forms).toEqual(below.forms);
    });

    it('ROL-03 SUP-05 nothing of one tenant shows in another', async () => {
      const forms = formsOf('anna');
      await registry.create([newContact(forms)]);
      await registry.optOut(optOutOf(forms));
      expect(await registry.locate('tenant-b', forms)).toBeUndefined();
      expect(await registry.suppressionOf('tenant-b', forms)).toEqual({ status: 'clear', rev: 0 });
      expect(await registry.suppressionCount('tenant-b')).toEqual({});
      expect(await registry.create([newContact(forms, { tenantId: 'tenant-b' })])).toEqual([{ status: 'created' }]);
    });

    it('ERA-01 a closing address defers imports and denies the gate; after removal the address is unknown', async () => {
      const contact = newContact(formsOf('anna'));
      await registry.create([contact]);
      expect(await registry.close(contact.prospectId)).toMatchObject([{ contactId: contact.contactId, state: 'closing' }]);
      expect(await registry.close(contact.prospectId)).toHaveLength(1);
      expect(await registry.create([newContact(contact.forms)])).toEqual([{ status: 'deferred' }]);
      expect(await registry.suppressionOfContact(contact.contactId)).toEqual({ status: 'unknown' });
      expect([await registry.remove(contact.prospectId), await registry.remove(contact.prospectId)]).toEqual([1, 0]);
      expect(await registry.locate('tenant-a', contact.forms)).toBeUndefined();
      expect(await registry.create([newContact(contact.forms)])).toEqual([{ status: 'created' }]);
    });

    it('OPT-03 an opt-out also reaches a contact that is being erased', async () => {
      const contact = newContact(formsOf('anna'));
      await registry.create([contact]);
      await registry.close(contact.prospectId);
      expect((await registry.optOut(optOutOf(contact.forms))).reached).toMatchObject([{ row: { state: 'closing' }, result: { status: 'appended' } }]);
      await registry.remove(contact.prospectId);
      expect(await registry.create([newContact(contact.forms)])).toEqual([{ status: 'suppressed' }]);
    });

    it('SUP-07 a block never weakens an opt-out; an opt-out takes the place of a block', async () => {
      await registry.optOut(optOutOf(formsOf('anna')));
      expect(await registry.suppress([entryOf(formsOf('anna')), entryOf(formsOf('ben'))])).toEqual({ added: 1, existing: 1 });
      expect(await registry.suppressionOf('tenant-a', formsOf('anna'))).toMatchObject({ reason: 'opt_out' });
      expect(await registry.optOut(optOutOf(formsOf('ben')))).toMatchObject({ rev: 2 });
      expect(await registry.suppressionCount('tenant-a')).toEqual({ opt_out: 2 });
    });

    it('INV-13 publishes each entry once, only after its day', async () => {
      const people = Array.from({ length: 12 }, (_, at) => formsOf(`person ${at}`));
      for (const forms of people) await registry.optOut(optOutOf(forms));
      expect(await registry.unpublished('2026-11-03', 100)).toEqual([]);
      const first = await registry.unpublished('2026-11-04', 5);
      await registry.markPublished(first);
      const rest = await registry.unpublished('2026-11-04', 100);
      await registry.markPublished(rest);
      expect(new Set([...first, ...rest].map((entry) => entry.strict))).toEqual(new Set(people.map((forms) => forms.strict)));
      expect([first.length, rest.length]).toEqual([5, 7]);
      expect(first[0]).toEqual({ ...entryOf(people.find((forms) => forms.strict === first[0]!.strict)!), reason: 'opt_out', day: '2026-11-03', rev: 1 });
      await registry.optOut(optOutOf(people[0]!, { day: '2026-11-05' }));
      expect(await registry.unpublished('2026-11-09', 100)).toEqual([]);
    });
  });
  registryProperties(name, open);
}
