import { describe, expect, it } from '@jest/globals';
import { mapColumns } from './column-map.js';
import { importConfig, importName } from './import-config.js';

const REQUIRED = ['email', 'country', 'source_type', 'source_url', 'collected_at', 'collected_by', 'basis'];
const header = (...more: string[]) => [...REQUIRED, ...more];

describe('import.yaml', () => {
  it('SRC-01 takes name, map, defaults and attestation', () => {
    const config = { name: 'nov-fair', map: { Mail: 'email' }, defaults: { country: 'EE' }, attest: { by: 'Mari', at: '2026-11-01T10:00:00+02:00', text: 'Collected by hand at the fair.' } };
    expect(importConfig(config)).toEqual(config);
    expect(importConfig(undefined)).toEqual({ map: {}, defaults: {} });
  });

  it.each<[string, unknown, string]>([
    ['an unknown key', { nmae: 'x' }, 'nmae'], ['an unknown key of attest', { attest: { by: 'M', at: '2026-11-01T10:00:00Z', text: 'Collected by hand at the fair.', role: 'x' } }, 'attest.role'],
    ['a name that is no slug', { name: 'Nov Fair' }, 'name'], ['a column that is not ours', { map: { Mail: 'mail' } }, 'map.Mail'],
    ['a default for one person\'s value', { defaults: { email: 'a@b.example' } }, 'defaults'], ['an empty attestation', { attest: { by: '', at: '2026-11-01T10:00:00Z', text: 'x' } }, 'attest'],
    ['an attestation without an instant', { attest: { by: 'Mari', at: 'yesterday', text: 'Collected by hand at the fair.' } }, 'attest.at'], ['a list', ['name'], '(file)'],
  ])('SRC-01 refuses %s', (_, config, key) => {
    expect(() => importConfig(config)).toThrow(expect.objectContaining({ code: 'import-config', exit: 2, message: expect.stringContaining(key) }));
  });

  it.each(['__proto__', 'constructor', 'Prototype'])('SRC-04 refuses %s as a column of map:', (name) => {
    const map = JSON.parse(`{"${name}":"email"}`) as object;
    expect(() => importConfig({ map })).toThrow(expect.objectContaining({ code: 'import-config' }));
  });

  it('SRC-13 the name comes from the file where none is given', () => {
    expect(importName(importConfig({}), '/tmp/Nov Fair (2).CSV')).toBe('nov-fair-2');
    expect(importName(importConfig({ name: 'x' }), 'y.csv')).toBe('x');
    expect(() => importName(importConfig({}), '????.csv')).toThrow(expect.objectContaining({ code: 'import-name' }));
  });
});

describe('columns', () => {
  it('SRC-04 finds ours whatever their case and order, maps theirs and names what is dropped', () => {
    const map = mapColumns([' E-Post ', ...REQUIRED.slice(1), 'NOTES', 'First_Name', '', 'ann@b.example'], importConfig({ map: { 'e-post': 'email' } }));
    expect(map.at.get('email')).toBe(0);
    expect(map.at.get('first_name')).toBe(8);
    expect(map.dropped).toEqual(['NOTES', 'column 10', 'column 11']);
  });

  it('MIN-06 a birth date is never a column of ours', () => {
    expect(mapColumns(header('birth_date', 'Date of birth'), importConfig({})).dropped).toEqual(['birth_date', 'Date of birth']);
  });

  it.each<[string, string[], object, string]>([
    ['a repeated name', header('EMAIL'), {}, 'header-duplicate'], ['two columns read as one', header('mail'), { map: { mail: 'email' } }, 'header-duplicate'],
    ['__proto__', header('__proto__'), {}, 'header-refused'], ['constructor', header('Constructor '), {}, 'header-refused'],
    ['a map that leads nowhere', header(), { map: { mail: 'first_name' } }, 'map-column-missing'], ['no e-mail column', REQUIRED.slice(1), {}, 'column-missing'],
    ['no basis', REQUIRED.slice(0, -1), {}, 'column-missing'], ['a header of 600 columns', Array.from({ length: 600 }, (_, n) => `c${n}`), {}, 'header-too-wide'],
  ])('SRC-04 refuses %s', (_, names, config, code) => {
    expect(() => mapColumns(names, importConfig(config))).toThrow(expect.objectContaining({ code, exit: 2 }));
  });

  it('SRC-01 a required column may come from defaults', () => {
    expect(mapColumns(REQUIRED.slice(0, -1), importConfig({ defaults: { basis: 'opt_out_regime' } })).at.has('basis')).toBe(false);
  });
});
