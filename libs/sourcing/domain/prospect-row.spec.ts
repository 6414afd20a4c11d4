import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mapColumns } from './column-map.js';
import { COLUMNS, type Column } from './columns.js';
import { importConfig } from './import-config.js';
import { RowReader } from './prospect-row.js';
import { REFUSALS } from './refusal-codes.js';

const RULES = { now: new Date('2026-11-02T09:00:00Z'), retention: 'P3Y', legalTz: 'UTC', holdMin: 16 };
const GOOD: Partial<Record<Column, string>> = {
  email: 'ann@firm.example', country: 'EE', recipient_type: 'company_person', source_type: 'public_website', source_url: 'https://firm.example/team',
  collected_at: '2026-10-20', collected_by: 'crawler', basis: 'legitimate_interest', basis_ref: 'lia-1',
};
const CONSENT: Partial<Record<Column, string>> = {
  source_type: 'own_form', source_name: 'Fair form', source_url: '', basis: 'consent', basis_ref: 'form-77', consent_at: '2026-10-20T10:00:00Z',
  consent_confirmed_at: '2026-10-20T10:05:00Z', consent_text: 'Yes, mail me offers.', consent_method: 'double opt-in form', consent_locale: 'et-EE',
};

function read(change: Partial<Record<Column, string>>, config = {}, rules = RULES) {
  const columns = mapColumns([...COLUMNS], importConfig(config));
  const cells = COLUMNS.map((column) => ({ ...GOOD, ...change })[column] ?? '');
  return new RowReader(columns, importConfig(config), rules).read(7, cells);
}

describe('prospect row', () => {
  it.each<[string, Partial<Record<Column, string>>, Column, string]>([
    ['SUP-02', { email: '' }, 'email', 'address-unreadable'],
    ['SUP-02', { email: 'ann at firm' }, 'email', 'address-unreadable'],
    ['SUP-02', { email: 'a@b.example, c@d.example' }, 'email', 'address-unreadable'],
    ['SRC-04', { first_name: 'x'.repeat(201) }, 'first_name', 'field-too-long'],
    ['SRC-04', { last_name: 'Tamm\r\nBcc: x' }, 'last_name', 'field-control-character'],
    ['LAW-07', { country: 'Estonia' }, 'country', 'country-not-iso'],
    ['LAW-07', { recipient_type: 'boss' }, 'recipient_type', 'recipient-type-unknown'],
    ['SRC-01', { source_type: '' }, 'source_type', 'source-type-missing'],
    ['SRC-02', { source_type: 'pigeon' }, 'source_type', 'source-type-unknown'],
    ['SRC-07', { source_type: 'referral' }, 'source_type', 'source-needs-evidence'],
    ['SRC-07', { source_type: 'event' }, 'source_type', 'source-needs-evidence'],
    ['SRC-07', { source_type: 'Partner' }, 'source_type', 'source-needs-evidence'],
    ['SRC-01', { source_type: 'own_form', source_url: '' }, 'source_name', 'source-missing'],
    ['SRC-01', { source_url: '', source_name: 'their page' }, 'source_url', 'source-url-missing'],
    ['SRC-01', { source_url: 'firm.example' }, 'source_url', 'source-url-malformed'],
    ['SRC-01', { source_url: 'javascript:alert(1)' }, 'source_url', 'source-url-malformed'],
    ['SRC-01', { collected_at: '' }, 'collected_at', 'collected-at-missing'],
    ['SRC-01', { collected_at: '20.10.2026' }, 'collected_at', 'collected-at-unreadable'],
    ['SRC-01', { collected_at: '2026-02-30' }, 'collected_at', 'collected-at-unreadable'],
    ['SRC-02', { collected_at: '2026-11-02T09:00:01Z' }, 'collected_at', 'collected-in-future'],
    ['SRC-02', { collected_at: '2023-11-02T09:00:00Z' }, 'collected_at', 'collected-too-old'],
    ['SRC-01', { collected_by: '' }, 'collected_by', 'collected-by-missing'],
    ['SRC-05', { source_type: 'sourcing_tool', source_name: 'Hunter.io' }, 'method', 'method-missing'],
    ['SRC-05', { method: 'guessed' }, 'method', 'method-unknown'],
    ['SRC-05', { method: 'provided' }, 'method', 'method-needs-own-source'],
    ['SRC-01', { source_type: 'sourcing_tool', source_name: 'Hunter.io', source_url: '', method: 'observed' }, 'source_url', 'source-url-missing'],
    ['LAW-01', { basis: '' }, 'basis', 'basis-missing'],
    ['LAW-01', { basis: 'legal_obligation' }, 'basis', 'basis-unknown'],
    ['LAW-01', { basis_ref: '' }, 'basis_ref', 'basis-ref-missing'],
    ['LAW-01', { basis: 'soft_opt_in', basis_ref: '' }, 'basis_ref', 'basis-ref-missing'],
    ['LAW-01', { basis: 'contract', basis_ref: '' }, 'basis_ref', 'basis-ref-missing'],
    ['CON-05', { basis: 'consent' }, 'consent_at', 'basis-invalid'],
    ...(['consent_at', 'consent_confirmed_at', 'consent_text', 'consent_method', 'consent_locale', 'basis_ref'] as const).map(
      (column): [string, Partial<Record<Column, string>>, Column, string] => ['CON-05', { ...CONSENT, [column]: '' }, column, 'basis-invalid']),
    ['CON-05', { ...CONSENT, consent_confirmed_at: '2026-10-20T09:59:00Z' }, 'consent_confirmed_at', 'basis-invalid'],
    ['CON-05', { ...CONSENT, consent_confirmed_at: '2026-11-03' }, 'consent_confirmed_at', 'basis-invalid'],
    ['MIN-06', { age_band: '1999-05-01' }, 'age_band', 'age-band-unknown'],
    ['D10', { age_band: 'under_13' }, 'age_band', 'known-minor'],
    ['D10', { age_band: '13_15' }, 'age_band', 'known-minor'],
  ])('%s refuses %j at %s: %s', (rule, change, column, code) => {
    const { row, findings } = read(change);
    expect(row).toBeUndefined();
    expect(findings).toContainEqual({ line: 7, column, code, ...REFUSALS[code as keyof typeof REFUSALS], rule, outcome: 'refused' });
  });

  it.each<[string, Partial<Record<Column, string>>, object]>([
    ['SRC-05 public sources are observed', {}, { method: 'observed', country: 'EE' }],
    ['SRC-05 own sources are provided, and owe no notice of GDPR 14', CONSENT, { method: 'provided', clocks: { noticeDueAt: '2029-10-20T00:00:00.000Z' } }],
    ['SRC-05 a tool that guessed is kept and marked', { source_type: 'sourcing_tool', source_name: 'Hunter.io', source_url: '', method: 'inferred' }, { method: 'inferred' }],
    ['SRC-02 one millisecond inside three years', { collected_at: '2023-11-02T09:00:00.001Z' }, { clocks: { expiresAt: '2026-11-02T09:00:00.001Z' } }],
    ['LAW-07 blank country and type', { country: '', recipient_type: '' }, { country: 'unknown', recipientType: 'private' }],
    ['LAW-07 UK is GB', { country: 'uk' }, { country: 'GB' }],
    ['LAW-01 the opt-out regime needs no reference', { basis: 'opt_out_regime', basis_ref: '' }, { basis: { kind: 'opt_out_regime', purpose: 'outreach' } }],
    ['D10 16 and 17 are held, 13 to 15 where no country says less', { age_band: '16_17' }, { ageBand: '16_17' }],
    ['SUP-02 the original spelling is kept for sending', { email: 'Ann.Tamm+Fair@Firm.Example' }, { recipient: { email: 'Ann.Tamm+Fair@Firm.Example' } }],
    ['SUP-02 a number is read in the country of the row', { phone: '5123 4567' }, { phone: '+37251234567' }],
  ])('%s', (_, change, expected) => {
    const { row, findings } = read(change);
    expect(findings).toEqual([]);
    expect(row).toMatchObject(expected);
  });

  it('CON-05 LAW-01 a whole proof makes a consent, its wording kept as a hash, INV-07 and what was typed freely sealed', () => {
    const { row } = read(CONSENT);
    expect(row?.basis).toEqual({
      kind: 'consent', purpose: 'outreach', evidenceRef: 'sealed-with-provenance',
      consent: { grantedAt: '2026-10-20T10:00:00.000Z', confirmedAt: '2026-10-20T10:05:00.000Z', textHash: expect.stringMatching(/^[0-9a-f]{64}$/), method: 'sealed-with-provenance', locale: 'et-EE', channel: 'email', purpose: 'outreach' },
    });
    expect(row?.provenance).toMatchObject({ basisRef: 'form-77', consentMethod: 'double opt-in form' });
  });

  it('D10 a setting of 13 admits 13 to 15 only where the country does', () => {
    const rules = { ...RULES, holdMin: 13 };
    expect(read({ age_band: '13_15', country: 'EE' }, {}, rules).row?.ageBand).toBe('13_15');
    expect(read({ age_band: '13_15', country: 'IE' }, {}, rules).row).toBeUndefined();
    expect(read({ age_band: '13_15', country: '' }, {}, rules).row).toBeUndefined();
    expect(read({ age_band: '16_17' }, {}, { ...RULES, holdMin: 18 }).row).toBeUndefined();
  });

  it.each<[string, Column, string]>([['12', 'phone', 'phone-length-wrong'], ['call me', 'phone', 'phone-not-a-number'], ['not a domain', 'domain', 'domain-malformed']])(
    'SUP-02 an unusable %j drops the %s alone', (value, column, code) => {
      const { row, findings } = read({ [column]: value });
      expect(row).toBeDefined();
      expect(findings).toMatchObject([{ line: 7, column, code, outcome: 'dropped' }]);
    });

  it('SRC-01 defaults fill empty cells and nothing else', () => {
    const config = { defaults: { collected_by: 'Mari', country: 'FI' } };
    expect(read({ collected_by: '', country: '' }, config).row).toMatchObject({ country: 'FI', provenance: { collectedBy: 'Mari' } });
    expect(read({}, config).row).toMatchObject({ country: 'EE' });
  });

  it('SRC-01 every error of a row is named at once', () => {
    expect(read({ email: '', basis: '', collected_at: '' }).findings.map(({ column }) => column)).toEqual(['email', 'collected_at', 'basis']);
  });

  it('SRC-01 no text makes the reader throw, and no finding repeats it', () => {
    fc.assert(fc.property(fc.constantFrom(...COLUMNS), fc.string({ unit: 'binary', maxLength: 60 }), (column, text) => {
      const { findings } = read({ [column]: text });
      const shown = JSON.stringify(findings.map(({ fix: _, problem: __, ...rest }) => rest));
      if (text.trim().length > 12) expect(shown).not.toContain(text.trim());
    }));
  });
});
