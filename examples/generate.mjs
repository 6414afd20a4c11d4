/**
 * Writes the CSV files beside this script: `node examples/generate.mjs`. The same files every time, for a demo whose clock starts at
 * 2026-11-02T09:00:00Z. `node examples/generate.mjs --today <folder>` writes them there with their import.yaml files, every date moved as if
 * that day were today, for a walk by the real calendar. Nobody in them exists; the names end in .example or .test, but for three made-up mailboxes that show how
 * a provider's spellings are one mailbox. The demo sends to nowhere but its own loopback catcher.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

let seed = 20261102;
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const pick = (list) => list[Math.floor(random() * list.length)];
const chance = (share) => random() < share;
const day = (n) => new Date(Date.UTC(2026, 9, 1) + n * 86_400_000).toISOString().slice(0, 10);
const ascii = (text) => text.normalize('NFD').replace(/[^\x20-\x7e]/g, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');

const COUNTRIES = ['EE', 'EE', 'EE', 'EE', 'IE', 'IE', 'GB', 'GB', 'GB', 'US', 'US', 'US', 'FI', 'FI', 'FR', 'DE', 'BE', 'ES', ''];
const FIRST = {
  EE: ['Mari', 'Jaan', 'Õie', 'Tõnu', 'Kadri', 'Märt'], IE: ['Aoife', 'Cian', 'Niamh', 'Seán'], GB: ['Alice', 'Thomas', 'Priya', 'Owen'],
  US: ['Dana', 'Marcus', 'Elena', 'Ruth'], FI: ['Päivi', 'Antti', 'Hanna'], FR: ['Élodie', 'Rémi', 'Chloé'], DE: ['Jürgen', 'Anke', 'Jörg'],
  BE: ['Lotte', 'Maxime'], ES: ['Íñigo', 'Lucía'], '': ['Kim', 'Sam'],
};
const LAST = {
  EE: ['Maasikas', 'Tamm', 'Kõiv', 'Põldsaar', 'Rebane'], IE: ["O'Dowd", 'Byrne', 'Ní Bhriain'], GB: ['Whitcombe', 'Ashdown', 'Patel'], US: ['Hollis', 'Reyes', 'Lindqvist'],
  FI: ['Mäkelä', 'Lahtinen'], FR: ['Lefèvre', 'Garnier'], DE: ['Müller-Groß', 'Brandt'], BE: ['Claes', 'Wouters'], ES: ['Núñez', 'Ortega'], '': ['Lee', 'Novak'],
};
const TRADE = ['Warehouse', 'Logistics', 'Storage', 'Freight', 'Cold Store', 'Pallets', 'Fulfilment', 'Depot'];
const PLACE = ['North', 'Harbour', 'Lakeside', 'Granite', 'Juniper', 'Birch', 'Anchor', 'Mill', 'Orchard', 'Copper', 'Heron', 'Amber'];
const SUFFIX = { EE: 'OÜ', IE: 'Ltd', GB: 'Ltd', US: 'Inc.', FI: 'Oy', FR: 'SARL', DE: 'GmbH', BE: 'BV', ES: 'S.L.', '': 'Co.' };
const DIAL = { EE: '+372 5', IE: '+353 85 0', GB: '+44 7700 90', US: '+1 202-555-0', FI: '+358 40 1', FR: '+33 6 12 ', DE: '+49 151 2', BE: '+32 470 1', ES: '+34 612 ', '': '' };
const LIA = 'lia-2026-01';

const HEADER = [
  'E-mail', 'First name', 'Last name', 'Phone', 'Company', 'Website', 'Country', 'Recipient type', 'Source type', 'Source name', 'Source URL', 'Collected at', 'Collected by', 'Method',
  'Basis', 'Basis ref', 'Consent at', 'Consent confirmed at', 'Consent text', 'Consent method', 'Consent locale', 'Badge no', 'Age band', 'birth_date', 'Notes', 'Stand',
];
const CONSENT_TEXT = 'Yes, Lumeküla Scanners may e-mail me about its barcode scanners. I can withdraw at any time.';

function person(n) {
  const country = pick(COUNTRIES);
  const company = `${pick(PLACE)} ${pick(TRADE)}`;
  const domain = chance(0.06) ? `${country === 'DE' ? 'lagerhäuser' : 'laoõu'}-${n % 9}.example` : `${ascii(company)}-${1 + (n % 23)}.${chance(0.15) ? 'test' : 'example'}`;
  const first = pick(FIRST[country]);
  const last = pick(LAST[country]);
  const type = chance(0.3) ? 'company_role' : chance(0.72) ? 'company_person' : chance(0.5) ? 'sole_trader' : chance(0.5) ? 'private' : '';
  const local = type === 'company_role' ? pick(['info', 'sales', 'warehouse', 'office', 'logistics']) : `${ascii(first)}.${ascii(last)}`;
  const page = `https://${domain.normalize('NFC')}/contact`;
  return {
    'E-mail': `${local}@${domain}`, 'First name': type === 'company_role' ? '' : first, 'Last name': type === 'company_role' ? '' : last,
    Phone: chance(0.35) && DIAL[country] !== '' ? `${DIAL[country]}${String(100 + (n % 900))} ${String(1000 + ((n * 37) % 9000)).slice(0, 3)}` : '',
    Company: `${company} ${SUFFIX[country]}`, Website: chance(0.5) ? domain : '', Country: country, 'Recipient type': type,
    'Source type': 'public_website', 'Source name': 'November Fair exhibitor pages', 'Source URL': page, 'Collected at': day(8 + (n % 24)), 'Collected by': '', Method: '',
    Basis: country === 'US' ? 'opt_out_regime' : 'legitimate_interest', 'Basis ref': country === 'US' ? '' : LIA,
    'Consent at': '', 'Consent confirmed at': '', 'Consent text': '', 'Consent method': '', 'Consent locale': '',
    'Badge no': '', 'Age band': '', birth_date: '', Notes: chance(0.25) ? pick(['met at the coffee bar', 'two sites; asks for a demo', 'said "call in spring"', 'prefers mornings; speaks Finnish']) : '', Stand: chance(0.4) ? `${pick(['A', 'B', 'C'])}${1 + (n % 40)}` : '',
  };
}

const withConsent = (row, n) => ({
  ...row, 'Source type': 'own_form', 'Source name': 'Form at our stand', 'Source URL': '', Basis: 'consent', 'Basis ref': `stand-form-${1000 + n}`, 'Collected at': `${day(20)}T10:${String(n % 60).padStart(2, '0')}:00Z`,
  'Consent at': `${day(20)}T10:${String(n % 60).padStart(2, '0')}:00Z`, 'Consent confirmed at': `${day(20)}T18:30:00Z`, 'Consent text': CONSENT_TEXT, 'Consent method': 'form with confirmation mail', 'Consent locale': 'en',
});

/** What goes wrong in real lists, by the number of the row. */
const MESS = [
  (row) => ({ ...row, 'E-mail': row['E-mail'].toUpperCase() }),
  (row) => ({ ...row, 'E-mail': row['E-mail'].replace('@', '+fair@') }),
  (row) => ({ ...row, 'E-mail': `  ${row['E-mail']} ` }),
  (row) => ({ ...row, 'Source name': '', 'Source URL': '' }),
  (row) => ({ ...row, 'Source URL': '' }),
  (row) => ({ ...row, Basis: '', 'Basis ref': '' }),
  (row) => ({ ...row, 'Collected at': '2026-11-20' }),
  (row) => ({ ...row, 'Collected at': '2022-05-17' }),
  (row) => ({ ...row, 'Collected at': '17/10/2026' }),
  (row) => ({ ...row, 'Age band': '13_15', birth_date: '2012-03-04' }),
  (row) => ({ ...row, 'Age band': '16_17' }),
  (row) => ({ ...row, birth_date: '1979-06-30' }),
  (row) => ({ ...row, 'Source type': 'event', 'Source name': 'November Fair attendee list' }),
  (row) => ({ ...row, 'Source type': 'sourcing_tool', 'Source name': 'Hunter.io', 'Source URL': '', Method: 'inferred' }),
  (row) => ({ ...row, 'Source type': 'sourcing_tool', 'Source name': 'Rocketreach.co', 'Source URL': '', Method: '' }),
  (row) => ({ ...row, 'Source type': 'sourcing_tool', 'Source name': 'Hunter.io', Method: 'observed' }),
  (row) => ({ ...row, Country: 'Estonia' }),
  (row) => ({ ...row, 'E-mail': row['E-mail'].replace('@', ' at ') }),
  (row) => ({ ...row, 'E-mail': `${row['First name'] || 'Office'} <${row['E-mail']}>` }),
  (row) => ({ ...row, Phone: 'ask reception' }),
  (row, n) => withConsent(row, n),
  (row, n) => withConsent(row, n),
  (row, n) => withConsent(row, n),
  (row, n) => ({ ...withConsent(row, n), 'Consent confirmed at': '' }),
  (row, n) => ({ ...withConsent(row, n), 'Consent text': '' }),
  (row) => ({ ...row, 'Recipient type': 'company' }),
  (row) => ({ ...row, 'Basis ref': 'lia-2024-07' }),
];

const fair = [];
for (let n = 0; n < 376; n++) {
  const row = person(n);
  fair.push(n % 6 === 5 ? MESS[((n - 5) / 6) % MESS.length](row, n) : row);
}
const clean = fair.filter((row) => row.Country === 'EE' && /^[a-z.-]+@[a-z0-9.-]+$/.test(row['E-mail']) && row.Basis === 'legitimate_interest' && row['Collected at'] < '2026-11-02');
fair.push(...[3, 9, 14, 21].map((at) => ({ ...fair[at], Notes: 'again, from the second sheet' })));
fair.push(...[7, 12].map((at) => ({ ...fair[at], 'E-mail': fair[at]['E-mail'].toUpperCase(), 'Collected at': '2026-09-20' })));
for (const [first, last] of [['Kadri', 'Kuusk'], ['Owen', 'Marsh']]) {
  const base = { ...person(900), 'First name': first, 'Last name': last, Country: 'EE', 'Recipient type': 'company_person', Basis: 'legitimate_interest', 'Basis ref': LIA, Phone: '', 'Badge no': `B-${first.length}${last.length}` };
  fair.push({ ...base, 'E-mail': `${ascii(first)}@twin-depots.example` }, { ...base, 'E-mail': `${ascii(first)}.${ascii(last)}@twin-depots-tartu.example` });
}
const mailbox = { ...person(901), 'First name': 'Demo', 'Last name': 'Mailbox', Company: '', Website: '', Country: 'EE', 'Recipient type': 'private', Phone: '' };
fair.push(...['outright.demo.0001@gmail.com', 'outrightdemo0001+fair@googlemail.com', 'Out.Right.Demo.0002@gmail.com'].map((address, n) => ({ ...withConsent(mailbox, n), 'E-mail': address })));
for (let n = 400; n < 411; n++) fair.push(person(n));

const DIRECTORY_HEADER = ['email', 'first_name', 'last_name', 'company', 'country', 'recipient_type', 'source_type', 'source_url', 'collected_at', 'basis', 'basis_ref'];
const directoryRow = (row, collected) => ({
  email: row['E-mail'], first_name: row['First name'], last_name: row['Last name'], company: row.Company, country: row.Country, recipient_type: row['Recipient type'], source_type: 'search_engine',
  source_url: `https://directory.example/${ascii(row.Company)}`, collected_at: collected, basis: row.Country === 'US' ? 'opt_out_regime' : 'legitimate_interest', basis_ref: row.Country === 'US' ? '' : LIA,
});
const directory = [
  ...fair.filter((row) => row.Basis === 'legitimate_interest' && row.Country !== 'Estonia').slice(0, 40).map((row, n) => directoryRow({ ...row, 'E-mail': n % 3 === 0 ? row['E-mail'].toUpperCase() : row['E-mail'] }, n % 8 === 0 ? '2026-08-11' : '2026-10-30')),
  ...Array.from({ length: 30 }, (_, n) => directoryRow(person(500 + n), '2026-10-30')),
];

const bought = Array.from({ length: 25 }, (_, n) => {
  const row = { ...person(600 + n), 'Collected at': '2026-10-28', 'Collected by': 'marketing' };
  return n === 18 ? { ...row, 'Source type': 'purchased', 'Source name': 'B2B Lists Ltd', 'Source URL': '' } : row;
});

const doNotMail = [
  ...clean.slice(0, 6).map((row, n) => ({ email: n % 2 === 0 ? row['E-mail'].toUpperCase() : row['E-mail'], domain: '', reason: 'opt_out', since: `2025-0${1 + n}-14` })),
  { email: 'out.right.demo.0002@googlemail.com', domain: '', reason: 'opt_out', since: '2024-12-01' },
  ...Array.from({ length: 20 }, (_, n) => ({ email: `left-us-${n}@former-leads.example`, domain: '', reason: 'opt_out', since: '' })),
  { email: '', domain: 'no-mail-please.example', reason: 'asked by their lawyer', since: '2025-03-03' },
];

function csv(header, rows, delimiter) {
  const cell = (text) => (/["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${[header, ...rows.map((row) => header.map((name) => row[name] ?? ''))].map((cells) => cells.map(cell).join(delimiter)).join('\r\n')}\r\n`;
}
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const [flag, folder] = process.argv.slice(2);
if (flag !== undefined && (flag !== '--today' || folder === undefined)) throw new Error('Usage: node examples/generate.mjs [--today <folder>]');
const moved = Math.floor(Date.now() / 86_400_000) - Date.UTC(2026, 10, 2) / 86_400_000;
const asOfToday = (text) => text.replace(/\b\d{4}-\d\d-\d\d\b/g, (date) => new Date(Date.parse(date) + moved * 86_400_000).toISOString().slice(0, 10));
const write = (name, text) => (folder === undefined ? writeFileSync(here(name), text) : writeFileSync(join(folder, name), asOfToday(text)));
if (folder !== undefined) {
  mkdirSync(folder, { recursive: true });
  for (const name of ['nov-fair', 'directory', 'bought-list']) write(`${name}.import.yaml`, readFileSync(here(`${name}.import.yaml`), 'utf8'));
}
write('nov-fair.csv', csv(HEADER, fair, ';'));
write('directory.csv', csv(DIRECTORY_HEADER, directory, ','));
write('bought-list.csv', csv(HEADER, bought, ';'));
write('do-not-mail.csv', csv(['email', 'domain', 'reason', 'since'], doNotMail, ','));
