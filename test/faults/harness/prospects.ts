import { TEMPLATE } from '#campaigns/domain/content/sample-content.fixture';
import { stringify } from 'yaml';
import type { AppAnswer, AppClient } from '#test/support/app-client';
import { waitFor } from '#test/support/wait-for';

export const LIA_ID = 'lia-2026-01';
/** The same for every import of a run: the same file with another import.yaml would be another import. */
const ATTESTED_AT = new Date(Date.now() - 3_600_000).toISOString();
const COLUMNS = 'email,first_name,company,country,recipient_type,source_type,source_url,collected_at,collected_by,basis,basis_ref';

/** Addresses of people at companies; every tenth shares a domain. */
export function people(count: number, label = 'person'): string[] {
  return Array.from({ length: count }, (_, n) => `${label}.${n}@firm${n % 10}-${label}.example`);
}

/** A list of them as a sales team has it: found on a public page yesterday, on the assessment of the test installation. */
export function listOf(addresses: readonly string[]): string {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const rows = addresses.map((address, n) =>
    `${address},Ann${n},Firm ${n} OÜ,EE,company_person,public_website,https://${address.slice(address.indexOf('@') + 1)}/team,${yesterday},crawler,legitimate_interest,${LIA_ID}`);
  return [COLUMNS, ...rows].join('\n');
}

export interface ImportCounts extends Record<string, number | undefined> { readonly created?: number; readonly suppressed?: number; readonly merged?: number }

/** Imports a list over HTTP and waits for its end. */
export async function importList(local: AppClient, name: string, csv: string | Buffer, limit = 60_000): Promise<ImportCounts> {
  const config = stringify({ name, attest: { by: 'Mari Maasikas', at: ATTESTED_AT, text: 'These people are responsible for warehouses at their companies.' } });
  const headers = { 'content-type': 'text/csv', 'outright-import-config': Buffer.from(config).toString('base64') };
  const started = expectStatus(202, await local.post('/v1/imports', { body: csv, headers }));
  let job: { state: string; report?: { counts: ImportCounts }; problem?: unknown } | undefined;
  await waitFor(`the import ${name}`, async () => {
    job = (await local.get(started.body.job)).body.job;
    return job?.state !== 'running';
  }, limit);
  if (job?.report === undefined) throw new Error(`The import failed: ${JSON.stringify(job?.problem)}`);
  return job.report.counts;
}

/** What an installation needs before its first campaign: an approved assessment and a verified sender. */
export async function makeReady(local: AppClient): Promise<void> {
  expectStatus(201, await local.post('/v1/lias', { json: {
    id: LIA_ID, purpose: 'outreach', assessedBy: 'Mari Maasikas', assessedOn: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10),
    interest: 'Finding customers for barcode scanners among companies that run warehouses.',
    necessity: 'These companies publish whom to ask, and no milder way reaches the people who buy scanners.',
    balancing: 'One short message at work about their own trade, with a link to leave, weighs little on anybody.',
  } }));
  expectStatus(200, await local.post(`/v1/lias/${LIA_ID}/approve`));
  expectStatus(200, await local.post('/v1/senders/sales/verify'));
}

/** The campaign as a client sends it: to everyone of one import, as fast as the connections go. */
export function campaignOf(name: string, importName: string): { file: string; text: string; html: string } {
  const { subject, text, html } = TEMPLATE;
  const file = stringify({
    version: 1, name, sender: 'sales', purpose: 'outreach', lia: LIA_ID, relevance: 'Barcode scanners, for people who run warehouses',
    template: { language: 'en', subject, text: 'mail.txt.hbs', html: 'mail.html.hbs' }, audience: { imports: [importName] },
    pace: { perDay: 1_000_000, perMinute: 1_000_000, perDomainPerHour: 1_000_000 }, start: 'now',
  });
  return { file, text: text.replaceAll('{{sender_name}}', 'Jaan'), html: html.replaceAll('{{sender_name}}', 'Jaan') };
}

export async function launch(local: AppClient, name: string, importName: string): Promise<void> {
  expectStatus(200, await local.post(`/v1/campaigns/${name}/launch`, { json: { ...campaignOf(name, importName), doNotMailListImported: true } }));
}

export function expectStatus(status: number, answer: AppAnswer): AppAnswer {
  if (answer.status !== status) throw new Error(`Expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
}

/** Every page of a list route. */
export async function allOf<T = Record<string, unknown>>(local: AppClient, path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const { body } = expectStatus(200, await local.get(`${path}${path.includes('?') ? '&' : '?'}limit=500${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`));
    items.push(...(body.items as T[]));
    cursor = body.next ?? undefined;
  } while (cursor !== undefined);
  return items;
}
