import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readEnvelope } from '#kernel/envelope';
import { tempFolder } from '#test/support/temp-folder';
import type { ImportReport } from '../domain/import-report.js';
import { HEADER, openSourcing, plainRows } from './sourcing.fixture.js';

type Sourcing = Awaited<ReturnType<typeof openSourcing>>;
const opened: Sourcing[] = [];

async function fresh(): Promise<Sourcing> {
  const sourcing = await openSourcing(tempFolder('sourcing'));
  opened.push(sourcing);
  return sourcing;
}

afterEach(async () => {
  for (const sourcing of opened.splice(0)) await sourcing.close();
});

const row = (email: string, change: Partial<Record<string, string>> = {}): string => {
  const cells: Record<string, string> = {
    email, first_name: 'Ann', last_name: 'Tamm', phone: '', company: 'Firm', country: 'EE', recipient_type: 'company_person', source_type: 'public_website',
    source_name: '', source_url: 'https://firm.example/team', collected_at: '2026-10-20', collected_by: 'crawler', method: '', basis: 'legitimate_interest', basis_ref: 'lia-1',
    ...change,
  };
  return HEADER.split(',').map((column) => cells[column]).join(',');
};
const file = (...rows: string[]): string => [HEADER, ...rows].join('\n');
const types = async ({ events }: Sourcing) => (await events()).map(({ type }) => type);
const dataOf = async ({ events }: Sourcing, type: string) => (await events()).filter((event) => event.type === type).map(({ bytes }) => readEnvelope(bytes).data);
const optOut = (sourcing: Sourcing, address: string) => sourcing.engine.registry.optOut({
  tenantId: 'main', forms: sourcing.book.email(address), reason: 'opt_out', keyVersion: 1, day: '2026-11-02', commitFor: () => undefined,
});
const summary = ({ counts, refusedByReason, droppedColumns, findings }: ImportReport) => ({ counts, refusedByReason, droppedColumns, findings });

describe('import', () => {
  it('SRC-01 INV-08 a person is stored with provenance, address and clocks; nothing personal is in clear', async () => {
    const sourcing = await fresh();
    const report = await sourcing.import(file(row('Ann.Tamm@Firm.example', { phone: '+372 5123 4567', source_name: 'Canary Register' })), 'name: nov-fair\n');
    expect(report).toMatchObject({ name: 'nov-fair', counts: { rows: 1, created: 1, phones: 1, refused: 0 }, alreadyImported: false, dryRun: false });
    expect(await types(sourcing)).toEqual(['ImportBatchReceived', 'ContactAdded', 'ProspectSourced', 'ContactAdded', 'ContactLinked', 'ImportChunkStored', 'ImportCompleted']);
    const [email, phone] = await dataOf(sourcing, 'ContactAdded') as Record<string, never>[];
    expect(email).toMatchObject({
      channel: 'email', country: 'EE', recipientType: 'company_person', method: 'observed', collectedAt: '2026-10-20T00:00:00.000Z', freeMail: false,
      anchorAt: '2026-10-20T00:00:00.000Z', expiresAt: '2029-10-20T00:00:00.000Z', noticeDueAt: '2026-11-20T00:00:00.000Z',
      basis: { kind: 'legitimate_interest', purpose: 'outreach', liaId: 'lia-1' }, presentFields: ['email', 'first_name', 'last_name', 'company'],
    });
    expect(await sourcing.personal.open(email!['recipient']!)).toEqual({ email: 'Ann.Tamm@Firm.example', first_name: 'Ann', last_name: 'Tamm', company: 'Firm' });
    expect(await sourcing.personal.open(phone!['recipient']!)).toEqual({ phone: '+37251234567' });
    const [person] = await dataOf(sourcing, 'ProspectSourced') as Record<string, never>[];
    expect(await sourcing.personal.open(person!['provenance']!)).toEqual({ sourceName: 'Canary Register', sourceUrl: 'https://firm.example/team', collectedBy: 'crawler' });
    const everything = (await sourcing.events()).map(({ bytes }) => bytes.toString()).join('\n').toLowerCase();
    for (const secret of ['tamm', 'firm.example', '51234567', 'canary', 'maasikas']) expect(everything).not.toContain(secret);
    expect((await sourcing.engine.store.due(new Date('2026-11-20T00:00:00Z'), 10, 'prospect')).map(({ wakeAt }) => wakeAt)).toEqual([new Date('2026-11-20T00:00:00Z')]);
  });

  it('SRC-03 one purchased row anywhere refuses the whole file, and the attempt is logged once', async () => {
    const sourcing = await fresh();
    const text = file(...plainRows(600).split('\n'), row('last@firm.example', { source_type: 'Purchased' }));
    for (let time = 0; time < 2; time++) {
      await expect(sourcing.import(text, 'name: bought\n')).rejects.toMatchObject({ code: 'purchased', rule: 'SRC-03', exit: 3, findings: [{ line: 602 }] });
    }
    expect(await types(sourcing)).toEqual(['ImportBatchRejected']);
    await expect(sourcing.import(file(row('a@b.example')), 'name: bought\n')).resolves.toMatchObject({ counts: { created: 1 } });
    await expect(sourcing.import(file(row('a@b.example')), 'name: d\ndefaults: { source_type: purchased }\n')).resolves.toMatchObject({ counts: { merged: 1 } });
    await expect(sourcing.import(file(row('a@b.example', { source_type: '' })), 'name: e\ndefaults: { source_type: purchased }\n', { dryRun: true })).rejects.toMatchObject({ code: 'purchased' });
  });

  it('ROL-05 a batch without an attestation, or one of tomorrow, is refused', async () => {
    const sourcing = await fresh();
    const path = '/nowhere.csv';
    const actor = { kind: 'local', id: 'tester' } as const;
    await expect(sourcing.service.import({ path, fileName: 'a.csv' }, { actor })).rejects.toMatchObject({ code: 'attestation-missing', rule: 'ROL-05', exit: 3 });
    const config = 'attest: { by: A, at: "2026-11-03T00:00:00Z", text: "Checked by hand, page by page." }';
    await expect(sourcing.service.import({ path, fileName: 'a.csv', config }, { actor })).rejects.toMatchObject({ code: 'attestation-in-future', rule: 'ROL-05' });
  });

  it('SRC-13 the same file again, also under another name, makes no event; another file under the name is refused', async () => {
    const sourcing = await fresh();
    const first = await sourcing.import(file(row('a@b.example'), row('x', {})), '', { fileName: 'My List.csv' });
    const before = (await sourcing.events()).length;
    const again = await sourcing.import(file(row('a@b.example'), row('x', {})), '', { fileName: 'My List.csv' });
    expect(again).toMatchObject({ name: 'my-list', alreadyImported: true, counts: first.counts, refusedByReason: { 'address-unreadable': 1 } });
    expect(await sourcing.import(file(row('a@b.example'), row('x', {})), '', { fileName: 'copy.csv' })).toMatchObject({ alreadyImported: true, name: 'my-list' });
    await expect(sourcing.import(file(row('c@b.example')), '', { fileName: 'My List.csv' })).rejects.toMatchObject({ code: 'import-name-taken', rule: 'SRC-13', exit: 3 });
    expect(await sourcing.events()).toHaveLength(before);
  });

  it('SRC-09 INV-15 a later re-import unions sources and never extends; an older source shortens', async () => {
    const sourcing = await fresh();
    await sourcing.import(file(row('a@b.example', { collected_at: '2026-10-01' })), 'name: one\n');
    expect(await sourcing.import(file(row('A@B.example', { collected_at: '2026-10-30', source_type: 'own_form', source_name: 'form' })), 'name: two\n')).toMatchObject({ counts: { merged: 1, created: 0 } });
    expect(await types(sourcing)).not.toContain('RetentionAnchorMoved');
    await sourcing.import(file(row('a@b.example', { collected_at: '2024-02-29' })), 'name: three\n');
    expect(await dataOf(sourcing, 'RetentionAnchorMoved')).toMatchObject([{ anchorAt: '2024-02-29T00:00:00.000Z', expiresAt: '2027-02-28T00:00:00.000Z', reason: 'older-source' }]);
    expect(await dataOf(sourcing, 'SourceAdded')).toMatchObject([{ sourceType: 'own_form', method: 'provided' }, { sourceType: 'public_website' }]);
    expect(await dataOf(sourcing, 'ContactSourceMerged')).toMatchObject([{ collectedAt: '2026-10-30T00:00:00.000Z' }, { anchorAt: '2024-02-29T00:00:00.000Z' }]);
    await sourcing.catchUp.readModels();
    const { items } = await sourcing.engine.readModels.find('prospects', {});
    expect(items).toMatchObject([{ sources: 3, anchorAt: '2024-02-29T00:00:00.000Z', state: 'active' }]);
  });

  it('SRC-10 nothing of a suppressed row is kept but a count; a suppressed number drops the number alone', async () => {
    const sourcing = await fresh();
    await optOut(sourcing, 'gone@b.example');
    await sourcing.engine.registry.suppress([{ tenantId: 'main', kind: 'phone', ...phoneForms(sourcing, '+37251234567'), keyVersion: 1, scope: 'all_marketing', reason: 'imported', day: '2026-11-02' }]);
    const report = await sourcing.import(file(row('Gone@B.example', { phone: '+37255555555' }), row('here@b.example', { phone: '+372 5123 4567' })), 'name: s\n');
    expect(report).toMatchObject({ counts: { rows: 2, created: 1, suppressed: 1, phones: 0, dropped: 1 }, findings: [{ line: 3, column: 'phone', code: 'phone-suppressed', outcome: 'dropped' }] });
    expect(await dataOf(sourcing, 'ImportRowSuppressed')).toMatchObject([{ count: 1 }]);
    expect(await types(sourcing)).toEqual(['ImportBatchReceived', 'ContactAdded', 'ProspectSourced', 'ImportRowSuppressed', 'ImportChunkStored', 'ImportCompleted']);
  });

  it('SRC-10 SUP-02 a re-import after an opt-out is refused in every spelling', async () => {
    const sourcing = await fresh();
    await sourcing.import(file(row('out.right+tag@gmail.com', { recipient_type: 'private' })), 'name: one\n');
    await optOut(sourcing, 'outright@gmail.com');
    const spellings = ['OutRight@gmail.com', 'o.u.t.right@googlemail.com', '"Out" <outright+x@gmail.com>'];
    expect(await sourcing.import(file(...spellings.map((address) => row(address.replaceAll('"', '')))), 'name: two\n')).toMatchObject({ counts: { suppressed: 3, created: 0, merged: 0 } });
  });

  it('SUP-07 SRC-10 a blocked domain keeps out the domains below it: new people, known ones and the forecast; a sibling comes in', async () => {
    const sourcing = await fresh();
    await sourcing.import(file(row('known@sales.firm.example')), 'name: before\n');
    const form = sourcing.book.domain('firm.example');
    await sourcing.engine.registry.suppress([{ tenantId: 'main', kind: 'domain', strict: form, loose: form, keyVersion: 1, scope: 'all_marketing', reason: 'imported', day: '2026-11-02' }]);
    const csv = file(row('known@sales.firm.example'), row('new@eu.sales.firm.example'), row('new@firm.example'), row('ann@notfirm.example'));
    for (const dryRun of [true, false]) expect(await sourcing.import(csv, 'name: after\n', { dryRun })).toMatchObject({ counts: { rows: 4, created: 1, suppressed: 3, merged: 0 } });
  });

  it('SRC-04 columns that are not ours are dropped and reported by name, a name that may be data by its place', async () => {
    const sourcing = await fresh();
    const csv = `${HEADER},birth_date,Notes,ann@b.example\n${row('a@b.example')},1990-01-01,likes canaries,x`;
    expect((await sourcing.import(csv)).droppedColumns).toEqual(['birth_date', 'Notes', 'column 18']);
    expect((await sourcing.events()).map(({ bytes }) => bytes.toString()).join()).not.toMatch(/1990|canaries|b\.example/);
  });

  it('D10 SUP-02 same_person joins rows: one person, and one opt-out or known minor keeps out all rows of the person', async () => {
    const sourcing = await fresh();
    await optOut(sourcing, 'out@b.example');
    const header = `${HEADER},same_person,age_band`;
    const csv = [header, `${row('a1@b.example')},A,`, `${row('b1@b.example')},B,`, `${row('out@b.example')},B,`, `${row('a2@c.example')},A,`, `${row('m1@b.example')},M,adult`, `${row('m2@b.example')},M,13_15`].join('\n');
    expect(summary(await sourcing.import(csv, '', { dryRun: true }))).toMatchObject({ counts: { rows: 6, created: 2, suppressed: 2, refused: 2 } });
    expect(await sourcing.import(csv)).toMatchObject({ counts: { rows: 6, created: 2, suppressed: 2, refused: 2 }, refusedByReason: { 'known-minor': 2 } });
    const added = await dataOf(sourcing, 'ContactAdded');
    expect(new Set(added.map(({ prospectId }) => prospectId)).size).toBe(1);
    expect(await dataOf(sourcing, 'ContactLinked')).toHaveLength(1);
  });

  it.each([0, 600])('D10 SUP-02 an opt-out that comes after the check keeps out the rows of the person behind it, %i rows further down', async (between) => {
    const sourcing = await fresh();
    const create = sourcing.engine.vault.create.bind(sourcing.engine.vault);
    let checked = false;
    sourcing.engine.vault.create = async (owners) => {
      if (!checked) await optOut(sourcing, 'out@b.example');
      checked = true;
      return create(owners);
    };
    const others = between === 0 ? [] : plainRows(between).split('\n').map((each) => `${each},`);
    const csv = [`${HEADER},same_person`, `${row('out@b.example')},B`, ...others, `${row('b1@b.example')},B`].join('\n');
    expect(await sourcing.import(csv)).toMatchObject({ counts: { created: between, suppressed: 2 } });
  });

  it('SRC-13 an import that is stopped goes on where it was, also in a new process', async () => {
    const folder = tempFolder('sourcing');
    const csv = `${HEADER}\n${plainRows(1700)}\n${row('bad')}`;
    const one = await openSourcing(folder);
    const stop = new AbortController();
    let stored = 0;
    const original = one.engine.registry.create.bind(one.engine.registry);
    one.engine.registry.create = (requests) => { if ((stored += requests.length) > 600) stop.abort(); return original(requests); };
    await expect(one.import(csv, '', { signal: stop.signal })).rejects.toMatchObject({ code: 'import-interrupted', exit: 130, retriable: true });
    await one.close();
    const two = await openSourcing(folder);
    opened.push(two);
    const report = await two.import(csv);
    expect(report).toMatchObject({ resumedAfterLine: 1001, counts: { rows: 1701, created: 1700, refused: 1 } });
    expect((await two.import(csv)).alreadyImported).toBe(true);
  });

  it('SRC-13 a half-stored chunk is recognised: a run that failed between storing and its resume point adds nothing twice', async () => {
    const sourcing = await fresh();
    const csv = file(...plainRows(40).split('\n'), row('person.3@firm3.example', { phone: '+37251234567' }));
    const append = sourcing.engine.store.append.bind(sourcing.engine.store);
    sourcing.engine.store.append = (commit) => commit.events.some(({ type }) => type === 'ImportChunkStored') ? Promise.reject(new Error('power cut')) : append(commit);
    await expect(sourcing.import(csv)).rejects.toThrow('power cut');
    sourcing.engine.store.append = append;
    expect(await sourcing.import(csv)).toMatchObject({ counts: { rows: 41, created: 40, merged: 1, phones: 1 } });
    expect(await dataOf(sourcing, 'ProspectSourced')).toHaveLength(40);
    expect(await dataOf(sourcing, 'ContactAdded')).toHaveLength(41);
  });

  it('SRC-01 a dry run says what the import then does, and records nothing', async () => {
    const emails = fc.constantFrom('a@b.example', 'A@B.example', 'c@d.example', 'known@b.example', 'gone@b.example', 'no address', 'e@f.example');
    const change = fc.record({
      phone: fc.constantFrom('', '+37251234567', '+37251234568', 'none'), source_type: fc.constantFrom('public_website', 'event', 'own_form', 'sourcing_tool', 'x'),
      collected_at: fc.constantFrom('2026-10-20', '2027-01-01', '2023-11-02', '2023-11-03', 'soon'), basis: fc.constantFrom('legitimate_interest', 'consent', ''),
    });
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(emails, change), { minLength: 1, maxLength: 12 }), async (rows) => {
      const sourcing = await openSourcing(tempFolder('sourcing'));
      await sourcing.import(file(row('known@b.example')), 'name: before\n');
      await optOut(sourcing, 'gone@b.example');
      const before = (await sourcing.events()).length;
      const csv = file(...rows.map(([email, changes]) => row(email, changes)));
      const dry = await sourcing.import(csv, '', { dryRun: true });
      expect(await sourcing.events()).toHaveLength(before);
      expect(summary(dry)).toEqual(summary(await sourcing.import(csv)));
      await sourcing.close();
    }), { numRuns: 12 });
  });

  it('SRC-01 a file that breaks half-way stores nothing', async () => {
    const sourcing = await fresh();
    await expect(sourcing.import(`${HEADER}\n${plainRows(900)}\n"open,x`)).rejects.toMatchObject({ code: 'csv-quote-open', exit: 2 });
    expect(await sourcing.events()).toEqual([]);
  });
});

function phoneForms({ book }: Sourcing, number: string) {
  const { strict, loose } = book.phone(number, undefined);
  return { strict, loose };
}
