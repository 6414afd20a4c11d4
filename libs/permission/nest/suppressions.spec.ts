import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROLES_KEY } from '#http/roles';
import { type ContactWorld, contactWorld, lawfulContext, noVerdicts, steadyTenancy } from '#test/support/contacts';
import { permissionApp } from '#test/support/permission-app';
import { OptOutsController } from './opt-outs.controller.js';
import { PublishSuppressions } from './publish-suppressions.service.js';
import { SuppressionsController } from './suppressions.controller.js';

const DAY = 86_400_000;

describe('suppressions and officer entries', () => {
  let world: ContactWorld;
  let site: Awaited<ReturnType<typeof permissionApp>>;
  beforeAll(async () => {
    world = await contactWorld();
    site = await permissionApp(world);
  });
  afterAll(async () => {
    await site.close();
    await world.engine.close();
  });

  const post = (path: string, body: string, type: string) => fetch(site.url + path, { method: 'POST', body, headers: { 'content-type': type } });
  const importList = async (csv: string, query = '') => {
    const answer = await post(`/v1/suppressions/import${query}`, csv, 'text/csv');
    return { status: answer.status, body: await answer.json() as Record<string, unknown> };
  };
  const state = async (email: string) => (await world.engine.registry.suppressionOf('main', world.book.email(email))).status;

  const list = '\uFEFFEmail;Domain;Reason;Since;Notes\nOld.Friend@gone.example;;asked by Ann;2025-01-31;secret\n;Blocked.Example;;;\nnot-an-address;;;;\nboth@x.example;x.example;;;\nlate@x.example;;;2031-01-01;\n';

  it('SUP-07 a do-not-mail list blocks addresses and domains, names bad lines, and keeps nothing of the file', async () => {
    const known = (await world.addContact('old.friend@gone.example'))!;
    const before = await world.engine.feed.head();
    const dry = await importList(list, '?dryRun');
    expect(dry.body).toMatchObject({ dryRun: true, counts: { rows: 5, emails: 1, domains: 1, added: 0, refused: 3 } });
    expect([await state('old.friend@gone.example'), await world.engine.feed.head()]).toEqual(['clear', before]);
    const { status, body } = await importList(list);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      alreadyImported: false, counts: { rows: 5, emails: 1, domains: 1, added: 2, existing: 0, refused: 3 },
      findings: [{ line: 4, problem: 'address-no-at-sign' }, { line: 5, problem: 'one-of-email-or-domain' }, { line: 6, problem: 'since-not-a-past-date' }],
    });
    expect(await state('OLD.friend@gone.example')).toBe('suppressed');
    expect(await world.addContact('anybody@blocked.example')).toBeUndefined();
    expect(await world.types(known.contactId)).toEqual(['ContactAdded']);
    expect(body.fileHash).not.toBe(createHash('sha256').update(list).digest('hex'));
    for (const file of readdirSync(world.folder, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) expect(readFileSync(join(file.parentPath, file.name)).includes('friend@gone')).toBe(false);
    }
  });

  it('SUP-07 SND-09 a domain of the list stops contacts of every domain below it at the gate and in its preview, and none of a sibling', async () => {
    const below = (await world.addContact('ann@sales.firm.example'))!;
    const beside = (await world.addContact('ann@notfirm.example'))!;
    const asked = async ({ contactId }: { contactId: string }) => {
      const dispatch = { contactId, dispatchId: `d-${contactId}`, attempt: 1, context: lawfulContext };
      return [(await world.gate.preview(contactId, dispatch.dispatchId, lawfulContext)).reasons, await world.gate.authorise(dispatch, [], noVerdicts)];
    };
    await importList('domain\nFirm.example\n');
    expect(await asked(below)).toEqual([['suppressed'], expect.objectContaining({ kind: 'refused', reasons: ['suppressed'] })]);
    expect(await asked(beside)).toEqual([[], expect.objectContaining({ kind: 'authorised' })]);
    expect([await state('bob@sales.firm.example'), await state('bob@notfirm.example')]).toEqual(['suppressed', 'clear']);
  });

  it('SUP-07 INV-04 the same file again changes nothing and is one event', async () => {
    const total = async () => (await (await fetch(`${site.url}/v1/suppressions`)).json() as { total: number }).total;
    const [count, head] = [await total(), await world.engine.feed.head()];
    expect((await importList(list)).body).toMatchObject({ alreadyImported: true, counts: { added: 0, existing: 2 } });
    expect([await total(), await world.engine.feed.head()]).toEqual([count, head]);
  });

  it('SUP-07 a file without our columns, no CSV, and another content type are refused without repeating a value', async () => {
    const wrong = await importList('name\nAnn Person\n');
    expect([wrong.status, wrong.body.code]).toEqual([400, 'suppression-columns']);
    const torn = await importList('email\n"ann@person.example\n');
    expect([torn.status, torn.body.code]).toEqual([400, 'suppression-csv']);
    expect(JSON.stringify([wrong.body, torn.body])).not.toMatch(/person/i);
    expect((await post('/v1/suppressions/import', '{}', 'application/json')).status).toBe(415);
  });

  it('SUP-06 there is no route and no command that takes an entry away', async () => {
    for (const method of ['DELETE', 'PUT', 'PATCH', 'POST']) expect((await fetch(`${site.url}/v1/suppressions`, { method })).status).toBe(404);
  });

  it('OPT-02 an officer enters what came by phone or post: good addresses are recorded, bad ones are named by place', async () => {
    const { contactId } = (await world.addContact('caller@buyer.example'))!;
    const receivedAt = new Date(world.clock.now().getTime() - DAY).toISOString();
    const answer = await post('/v1/opt-outs', JSON.stringify({ addresses: ['Caller@Buyer.example', 'nonsense@', '+372 5123 4567'], channel: 'phone', receivedAt, kind: 'objection' }), 'application/json');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ recorded: 2, receivedAt, refused: [{ index: 1 }], erasureDueAt: new Date(Date.parse(receivedAt) + 3 * DAY).toISOString() });
    expect((await world.log.load(contactId)).at(-1)).toMatchObject({ type: 'ObjectionRecorded', actor: { kind: 'api_key', id: 'officer-1' }, data: { channel: 'phone', receivedAt } });
    expect(await (await fetch(`${site.url}/v1/opt-outs`)).json()).toMatchObject({ items: [{ contactId, kind: 'objection', receivedAt }] });
  });

  it('OPT-02 a receipt in the future and an unknown field are refused', async () => {
    const entry = { addresses: ['a@b.example'], channel: 'post', receivedAt: '2031-01-01T00:00:00Z' };
    for (const body of [entry, { ...entry, receivedAt: '2026-11-01T00:00:00Z', channel: 'one_click' }, { ...entry, extra: 1 }]) {
      expect((await post('/v1/opt-outs', JSON.stringify(body), 'application/json')).status).toBe(400);
    }
  });

  it('SUP-07 OPT-02 only officers enter opt-outs; sales may add lists', () => {
    const roles = (handler: unknown) => Reflect.getMetadata(ROLES_KEY, handler as object) as string[];
    expect(roles(OptOutsController.prototype.add)).toEqual(['officer']);
    expect(roles(SuppressionsController.prototype.import)).toEqual(['officer', 'sales']);
  });

  it('INV-13 SUP-01 entries are published on later days: alone on a random stream, with the day as only time and no cause', async () => {
    const publication = new PublishSuppressions(world.engine.registry, world.engine.store, steadyTenancy, world.clock, undefined);
    const optedOut = (await world.addContact('leaver@buyer.example'))!;
    await post('/v1/opt-outs', JSON.stringify({ addresses: ['leaver@buyer.example'], channel: 'post', receivedAt: world.clock.now().toISOString() }), 'application/json');
    const today = world.book.email('leaver@buyer.example').strict;
    await publication.publish();
    const published = async () => (await world.history()).filter(({ type }) => type === 'SuppressionAdded');
    expect(JSON.stringify(await published())).not.toContain(today);
    world.clock.advance(DAY);
    expect(await publication.publish()).toBeGreaterThan(0);
    expect(await publication.publish()).toBe(0);
    const events = await published();
    expect(JSON.stringify(events)).toContain(today);
    for (const event of events) {
      expect([event.recordedAt, event.occurredAt]).toEqual(Array(2).fill(expect.stringMatching(/T00:00:00\.000Z$/)));
      expect(event.cause).toBeUndefined();
      const text = JSON.stringify(event);
      for (const trace of [optedOut.contactId, optedOut.prospectId, 'import-', 'case-', 'officer-1']) expect(text).not.toContain(trace);
      expect(event.streamVersion).toBe(1);
    }
  });
});
