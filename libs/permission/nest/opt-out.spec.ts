import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ReachOtherContacts } from '#contracts/api/contact-commands';
import { RecordOptOut } from '#contracts/api/opt-outs';
import { ProcessManagerRunner } from '#engine/reactions/process-manager-runner';
import { type ContactWorld, contactWorld, lawfulContext, noVerdicts, steadyTenancy } from '#test/support/contacts';
import { permissionProcessManagers } from '../process-managers/index.js';
import { OptOutProtocol } from './opt-out.protocol.js';
import { ReachOtherContactsHandler } from './reach-other-contacts.handler.js';

const HOUR = 3_600_000;

describe('opting out on a real engine', () => {
  let world: ContactWorld;
  let serial = 0;
  beforeAll(async () => { world = await contactWorld(); });
  afterAll(() => world.engine.close());

  const fresh = () => `p${(serial += 1)}@buyer.example`;
  const optOut = (email: string, receivedAt = world.clock.now(), kind: 'opt_out' | 'objection' = 'opt_out', in_ = world) =>
    in_.optOuts.execute(new RecordOptOut({ forms: in_.book.email(email), channel: 'phone', kind, receivedAt, actor: { kind: 'api_key', id: 'officer' }, dispatchId: 'dispatch-1' }));

  it('OPT-04 OPT-03 reaches every address of the person at once, suppresses each and cancels what is in flight', async () => {
    const [one, two] = [fresh(), fresh()];
    const first = (await world.addContact(one))!;
    const second = (await world.addContact(two, { prospectId: first.prospectId }))!;
    const receivedAt = new Date(world.clock.now().getTime() - HOUR);
    const receipt = await optOut(one, receivedAt);
    expect(receipt).toEqual({ receivedAt, erasureDueAt: new Date(receivedAt.getTime() + 72 * HOUR) });
    for (const { contactId } of [first, second]) expect(await world.types(contactId)).toEqual(['ContactAdded', 'OptOutRecorded']);
    expect((await world.log.load(first.contactId)).at(-1)?.data).toMatchObject({ dispatchId: 'dispatch-1', receivedAt: receivedAt.toISOString(), erasureDueAt: receipt.erasureDueAt.toISOString() });
    expect((await world.log.load(second.contactId)).at(-1)?.data.dispatchId).toBeUndefined();
    for (const email of [one, two]) expect((await world.engine.registry.suppressionOf('main', world.book.email(email))).status).toBe('suppressed');
    expect([...world.cancelled.at(-1)!].sort()).toEqual([first.contactId, second.contactId].sort());
    const due = await world.engine.store.due(world.clock.now(), 1_000, 'contact');
    expect(due.map(({ streamId }) => streamId)).toEqual(expect.arrayContaining([first.contactId, second.contactId]));
  });

  it('SUP-02 OPT-03 another spelling of the same mailbox is the same person', async () => {
    const { contactId } = (await world.addContact('ann.example.person@gmail.com', { facts: { freeMail: true } }))!;
    await optOut('AnnExamplePerson+news@googlemail.com');
    expect(await world.types(contactId)).toEqual(['ContactAdded', 'OptOutRecorded']);
  });

  it('INV-08 OPT-02 an unknown address leaves a suppression, no event and no prospect', async () => {
    const head = await world.engine.feed.head();
    await optOut('stranger@nowhere.example');
    expect(await world.engine.feed.head()).toBe(head);
    expect(await world.addContact('stranger@nowhere.example')).toBeUndefined();
  });

  it('INV-12 OPT-02 twenty copies at the same instant are one fact; an earlier receipt is told once more', async () => {
    const email = fresh();
    const { contactId } = (await world.addContact(email))!;
    const now = world.clock.now();
    await Promise.all(Array.from({ length: 20 }, () => optOut(email, now)));
    expect(await world.types(contactId)).toEqual(['ContactAdded', 'OptOutRecorded']);
    await Promise.all([optOut(email, new Date(now.getTime() - HOUR)), optOut(email, now), optOut(email, now, 'objection')]);
    expect((await world.types(contactId)).sort()).toEqual(['ContactAdded', 'ObjectionRecorded', 'OptOutRecorded', 'OptOutRecorded']);
    expect((await world.contacts.load(contactId)).state.optOut?.at).toBe(new Date(now.getTime() - HOUR).toISOString());
  });

  it('OPT-02 a receipt from the future counts from now', async () => {
    const receipt = await optOut(fresh(), new Date('2030-01-01T00:00:00Z'));
    expect(receipt.receivedAt.getTime()).toBeLessThanOrEqual(world.clock.now().getTime());
  });

  it('INV-01 two hundred races between a gate and an opt-out: no authorisation stands behind the opt-out', async () => {
    for (let i = 0; i < 200; i++) {
      const email = fresh();
      const { contactId } = (await world.addContact(email))!;
      const asks = ['x', 'y', 'z'].map((id) => () => world.gate.authorise({ contactId, dispatchId: `${id}-${contactId}`, attempt: 1, context: lawfulContext }, [], noVerdicts));
      await Promise.all([...asks.slice(0, i % 4), () => optOut(email), ...asks.slice(i % 4)].map((go) => go()));
      const types = await world.types(contactId);
      expect(types.slice(types.indexOf('OptOutRecorded')).filter((type) => type === 'DispatchAuthorized')).toEqual([]);
    }
  });

  describe('where the engine reaches only the named address', () => {
    /** A registry as a distributed engine has it: one contact before the answer. */
    const named = (w: ContactWorld) => new Proxy(w.engine.registry, {
      get: (registry, key) => key !== 'optOut' ? Reflect.get(registry, key).bind(registry) : async (request: Parameters<typeof registry.optOut>[0]) => {
        const row = await registry.locate(request.tenantId, request.forms);
        const commit = row === undefined ? undefined : request.commitFor(row);
        const result = commit === undefined ? undefined : await w.engine.store.append(commit);
        const { day, keyVersion, reason, forms: { channel, strict, loose } } = request;
        await registry.suppress([{ tenantId: 'main', kind: channel, strict, loose, keyVersion, scope: 'all_marketing', reason, day }]);
        return { reached: row === undefined ? [] : [{ row, result }], rev: 1 };
      },
    });

    it('INV-12 OPT-03 a crash between the event and the suppression ends in no answer; the repeat completes it without a second event', async () => {
      const whole = named(world);
      const email = fresh();
      const { contactId } = (await world.addContact(email))!;
      const wish = { kind: 'opt_out', forms: world.book.email(email), channel: 'link', receivedAt: world.clock.now(), actor: { kind: 'recipient', id: 'x' } } as const;
      let crash = true;
      const registry = new Proxy(whole, {
        get: (target, key) => key !== 'optOut' ? Reflect.get(target, key) : async (request: Parameters<typeof target.optOut>[0]) => {
          if (!crash) return target.optOut(request);
          await world.engine.store.append(request.commitFor((await target.locate('main', request.forms))!)!);
          throw new Error('process died');
        },
      });
      const protocol = new OptOutProtocol(world.contacts, registry, steadyTenancy, world.book, { cancel: async () => [] });
      await expect(protocol.record(wish)).rejects.toThrow('process died');
      crash = false;
      await protocol.record(wish);
      expect(await world.types(contactId)).toEqual(['ContactAdded', 'OptOutRecorded']);
      expect((await world.engine.registry.suppressionOf('main', wish.forms)).status).toBe('suppressed');
    });

    it('OPT-04 OPT-12 a process manager carries wish and restriction to the other contacts, once, across a restart', async () => {
      const registry = named(world);
      const protocol = new OptOutProtocol(world.contacts, registry, steadyTenancy, world.book, { cancel: async () => [] });
      const handler = new ReachOtherContactsHandler(world.contacts, protocol, registry, steadyTenancy);
      const [one, two] = [fresh(), fresh()];
      const first = (await world.addContact(one))!;
      const second = (await world.addContact(two, { prospectId: first.prospectId }))!;
      await protocol.record({ kind: 'opt_out', forms: world.book.email(one), channel: 'post', receivedAt: world.clock.now(), actor: { kind: 'api_key', id: 'officer' } });
      await world.contacts.execute({ type: 'SetRestriction', contactId: first.contactId, ground: 'dispute' }, world.meta);
      expect(await world.types(second.contactId)).toEqual(['ContactAdded']);
      for (let start = 0; start < 2; start++) {
        const manager = new ProcessManagerRunner(world.engine.feed, world.engine.readModels, world.clock, permissionProcessManagers, (command) => handler.execute(command as ReachOtherContacts));
        await manager.start();
        await manager.settle();
        expect(manager.failures).toEqual([]);
        await manager.stop();
      }
      const types = await world.types(second.contactId);
      expect(types.filter((type) => type !== 'OtherContactsReached').sort()).toEqual(['ContactAdded', 'OptOutRecorded', 'RestrictionSet']);
      expect((await world.log.load(second.contactId)).find(({ type }) => type === 'OptOutRecorded')?.data.channel).toBe('post');
      expect((await world.contacts.load(first.contactId)).state.reachOwed).toBe(false);
      expect((await world.engine.registry.suppressionOf('main', world.book.email(two))).status).toBe('suppressed');
    });
  });

  it('INV-01 INV-04 INV-08 generated lives on one engine keep the promises, whatever is repeated and in whatever order', async () => {
    const emails = ['a', 'b', 'c', 'd'];
    const step = fc.record({ what: fc.constantFrom('add', 'link', 'ask', 'outcome', 'out', 'object', 'remove'), who: fc.constantFrom(...emails), other: fc.constantFrom(...emails), attempt: fc.constantFrom(1, 1, 2) });
    let life = 0;
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 18 }), async (plan) => {
      const mail = (who: string) => `${who}${life}@life.example`;
      life += 1;
      const ids = new Map<string, { contactId: string; prospectId: string }>();
      const suppressed = new Set<string>();
      for (const { what, who, other, attempt } of [...plan, ...plan]) {
        const id = ids.get(who);
        const dispatch = { contactId: id?.contactId ?? '', dispatchId: `life-${life}-${who}`, attempt };
        if (what === 'add' || what === 'link') {
          const person = what === 'link' ? ids.get(other)?.prospectId : undefined;
          const made = await world.addContact(mail(who), person === undefined ? {} : { prospectId: person });
          expect(made === undefined || !suppressed.has(who)).toBe(true);
          if (made !== undefined) ids.set(who, made);
        } else if (what === 'ask' && id) await world.gate.authorise({ ...dispatch, context: lawfulContext }, [], noVerdicts);
        else if (what === 'outcome' && id) await world.gate.record([{ ...dispatch, campaignId: 'c', outcome: { kind: 'handed-off', smtpCode: 250, contentHmac: 'h' } }]);
        else if (what === 'out' || what === 'object') {
          await optOut(mail(who), world.clock.now(), what === 'out' ? 'opt_out' : 'objection');
          suppressed.add(who);
        } else if (what === 'remove' && id) await world.engine.registry.remove(id.prospectId);
        for (const gone of suppressed) expect((await world.engine.registry.suppressionOf('main', world.book.email(mail(gone)))).status).toBe('suppressed');
      }
      for (const { contactId } of ids.values()) {
        const types = await world.types(contactId);
        const stop = types.findIndex((type) => type === 'OptOutRecorded' || type === 'ObjectionRecorded');
        expect(types[0]).toBe('ContactAdded');
        expect(stop < 0 ? [] : types.slice(stop).filter((type) => type === 'DispatchAuthorized')).toEqual([]);
        expect(types.filter((type) => type === 'EmailHandedOff').length).toBeLessThanOrEqual(1);
      }
    }), { numRuns: 15 });
  });
});
