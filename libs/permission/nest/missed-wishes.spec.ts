import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contactWorld, type ContactWorld } from '#test/support/contacts';
import { removeTempFolders } from '#test/support/temp-folder';
import { MissedWishes } from './missed-wishes.service.js';

let world: ContactWorld;
let missed: MissedWishes;
beforeAll(async () => {
  world = await contactWorld();
  missed = new MissedWishes(world.contacts, world.protocol, world.engine.registry);
});
afterAll(async () => {
  await world.engine.close();
  removeTempFolders();
});

let people = 0;
async function contact() {
  const email = `late-${people++}@buyer.example`;
  const { contactId } = (await world.addContact(email))!;
  return { email, contactId, row: (await world.engine.registry.locate('main', world.book.email(email)))! };
}
const DAY = '2026-10-30';
const entry = (reason: 'opt_out' | 'objection' | 'imported' | 'minor') => ({ scope: 'all_marketing', reason, day: DAY }) as const;

describe('a wish that met only the suppression', () => {
  it.each([['opt_out', 'OptOutRecorded', 'optOut'], ['objection', 'ObjectionRecorded', 'objection']] as const)(
    'OPT-03 OPT-04 INV-01 (partly) %s is recorded on the contact, once, from the beginning of its day', async (reason, type, state) => {
      const { contactId, row } = await contact();
      const commits = await Promise.all([1, 2].map(() => missed.wishFor(row, entry(reason))));
      const results = await world.engine.store.appendMany(commits.map((commit) => commit!));
      expect(results.map(({ status }) => status)).toEqual(['appended', 'duplicate']);
      expect(await world.types(contactId)).toEqual(['ContactAdded', type]);
      expect((await world.contacts.load(contactId)).state[state]).toMatchObject({ at: `${DAY}T00:00:00.000Z` });
      expect(await missed.wishFor(row, { ...entry(reason), day: '2026-10-29' })).toBeUndefined();
    });

  it.each(['imported', 'minor'] as const)('an entry that is %s is nobody\'s wish', async (reason) => {
    expect(await missed.wishFor((await contact()).row, entry(reason))).toBeUndefined();
  });

  it('OPT-02 (partly) counts from the receipt that another contact of the person has on record', async () => {
    const { row } = await contact();
    const told = await contact();
    const receivedAt = new Date(world.clock.now().getTime() - 60_000);
    await world.protocol.record({ kind: 'opt_out', forms: world.book.email(told.email), channel: 'phone', receivedAt, actor: { kind: 'local', id: 'u' } });
    const registry = Object.assign(Object.create(world.engine.registry) as typeof world.engine.registry, { rowsOfProspect: async () => [row, told.row] });
    const commit = await new MissedWishes(world.contacts, world.protocol, registry).wishFor(row, entry('opt_out'));
    await world.engine.store.append(commit!);
    expect((await world.contacts.load(row.contactId)).state.optOut).toEqual({ at: receivedAt.toISOString(), channel: 'phone' });
  });
});
