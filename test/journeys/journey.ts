import { stringify } from 'yaml';
import { TEMPLATE } from '#campaigns/domain/content/sample-content.fixture';
import type { MovableClock } from '#engine/clock/movable.clock';
import type { Position } from '#kernel/recorded-event';
import type { AppAnswer, AppClient } from '#test/support/app-client';
import type { EngineUnderTest } from '#test/support/engines';
import { smtpSink, type CaughtMessage, type SmtpSink } from '#test/support/smtp-sink';
import type { TestStandalone } from '#test/support/standalone';
import { waitFor } from '#test/support/wait-for';
import { oneClickOf } from './letter.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const LIA = 'lia-2026-01';

export interface Prospect { readonly email: string; readonly [column: string]: string }

export interface Journey extends TestStandalone {
  readonly sink: SmtpSink;
  readonly sales: AppClient;
  readonly officer: AppClient;
}

/** The whole product with a real SMTP server for the recipients' mailboxes, and one person of each role. */
export async function journey(engine: EngineUnderTest, clock?: MovableClock): Promise<Journey> {
  const sink = await smtpSink();
  const app = await engine.run({ smtpPort: sink.port, testRecipients: ['colleague@sender.example'], extra: await engine.settings(), ...(clock === undefined ? {} : { clock }) });
  const [sales, officer] = [await app.as('sales'), await app.as('officer')];
  return { ...app, sink, sales, officer, close: async () => (await app.close(), sink.close()) };
}

/** An approved assessment and a verified sender. */
export async function readyToSend({ officer, clock }: Journey): Promise<void> {
  expectStatus(201, await officer.post('/v1/lias', { json: {
    id: LIA, purpose: 'outreach', assessedBy: 'Mari Maasikas', assessedOn: new Date(clock.now().getTime() - DAY).toISOString().slice(0, 10),
    interest: 'Finding customers for barcode scanners among companies that run warehouses.',
    necessity: 'These companies publish whom to ask, and no milder way reaches the people who buy scanners.',
    balancing: 'One short message at work about their own trade, with a link to leave, weighs little on anybody.',
  } }));
  expectStatus(200, await officer.post(`/v1/lias/${LIA}/approve`));
  expectStatus(200, await officer.post('/v1/senders/sales/verify'));
}

/** Somebody at a company, found on its public page yesterday. */
export function prospect(email: string, clock: { now(): Date }, columns: Readonly<Record<string, string>> = {}): Prospect {
  return {
    email, first_name: 'Ann', company: 'Buyer OÜ', country: 'EE', recipient_type: 'company_person', source_type: 'public_website', source_url: 'https://buyer.example/team',
    collected_at: new Date(clock.now().getTime() - DAY).toISOString().slice(0, 10), collected_by: 'Mari', basis: 'legitimate_interest', basis_ref: LIA, ...columns,
  };
}

export interface ImportOutcome { readonly counts: Readonly<Record<string, number>>; readonly findings: readonly { line?: number; rule?: string; fix?: string }[] }

/** Imports the rows over HTTP as the sales team does, and waits for the report. */
export async function importRows({ sales, clock }: Journey, name: string, rows: readonly Prospect[]): Promise<ImportOutcome> {
  const columns = Object.keys(rows[0] ?? {});
  const csv = [columns.join(','), ...rows.map((row) => columns.map((column) => row[column] ?? '').join(','))].join('\r\n');
  const config = stringify({ name, attest: { by: 'Mari Maasikas', at: new Date(clock.now().getTime() - HOUR).toISOString(), text: 'Each of them is named on the public page of the company as the one to ask.' } });
  const started = expectStatus(202, await sales.post('/v1/imports', { body: csv, headers: { 'content-type': 'text/csv', 'outright-import-config': Buffer.from(config).toString('base64') } }));
  let job: { state: string; report?: ImportOutcome; problem?: unknown } | undefined;
  await waitFor(`the import ${name}`, async () => {
    job = (await sales.get(started.body.job)).body.job;
    return job?.state !== 'running';
  });
  if (job?.report === undefined) throw new Error(`The import failed: ${JSON.stringify(job)}`);
  return job.report;
}

/** A campaign as a client sends it. */
export function campaign(name: string, importName: string, perMinute = 10_000) {
  const file = stringify({
    version: 1, name, sender: 'sales', purpose: 'outreach', lia: LIA, relevance: 'Barcode scanners, for people who run warehouses',
    template: { language: 'en', subject: TEMPLATE.subject, text: 'mail.txt.hbs', html: 'mail.html.hbs' }, audience: { imports: [importName] },
    pace: { perDay: 10_000, perMinute, perDomainPerHour: 10_000 }, start: 'now',
  });
  return { file, text: TEMPLATE.text.replaceAll('{{sender_name}}', 'Jaan'), html: TEMPLATE.html.replaceAll('{{sender_name}}', 'Jaan') };
}

export async function launch({ sales }: Journey, name: string, importName: string, perMinute?: number): Promise<void> {
  expectStatus(200, await sales.post(`/v1/campaigns/${name}/launch`, { json: { ...campaign(name, importName, perMinute), doNotMailListImported: true } }));
}

/** Lets the campaign run to its end, moving the calendar where its pace waits. */
export async function finished(on: Journey, name: string): Promise<Record<string, number>> {
  let answer: AppAnswer | undefined;
  await waitFor(`the end of ${name}`, async () => {
    answer = await on.sales.get(`/v1/campaigns/${name}`);
    if (answer.body.state === 'finished') return true;
    if (answer.body.sending?.waitingFor !== undefined) await on.moveTo(new Date(on.clock.now().getTime() + MINUTE));
    return false;
  });
  return answer?.body.counts;
}

export async function erasuresDone(on: Journey, count: number): Promise<{ caseId: string; trigger: string; receivedAt: string; dueAt: string; completedAt: string; state: string }[]> {
  let items: never[] = [];
  await waitFor(`${count} finished erasures`, async () => {
    await on.app.nudge();
    items = expectStatus(200, await on.officer.get('/v1/erasures?limit=500')).body.items;
    return items.filter(({ state }) => state === 'completed').length >= count;
  });
  return items;
}

/** The end of the log, with everything that was committed in it. */
export async function headOf({ app: { engine: { feed } } }: Journey): Promise<Position> {
  await feed.published();
  return feed.head();
}

/** A POST to a recipient page, as a browser or a mailbox provider sends it. */
export function submit(on: Journey, path: string, form: Readonly<Record<string, string>>): Promise<AppAnswer> {
  return nobody(on).then((client) => client.post(path, { body: new URLSearchParams(form).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } }));
}

/** A caller without a key, over TCP. */
export const nobody = (on: Journey): Promise<AppClient> => on.as('none');

export const oneClickPath = async (message: CaughtMessage): Promise<string> => new URL(await oneClickOf(message)).pathname;

/** Follows a job to its end where the answer is one. */
export async function finish(client: AppClient, path: string, json: unknown): Promise<any> { // eslint-disable-line @typescript-eslint/no-explicit-any -- assertions check what came
  const first = await client.post(path, { json });
  if (first.status !== 202) return expectStatus(200, first).body;
  let view: AppAnswer | undefined;
  await waitFor(path, async () => (view = await client.get(first.body.job)).body.state !== 'running');
  return view?.body.result;
}

export function expectStatus(status: number, answer: AppAnswer): AppAnswer {
  if (answer.status !== status) throw new Error(`Expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
}
