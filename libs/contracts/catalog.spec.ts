import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '#kernel/envelope';
import { isSealed } from '#kernel/sealed';
import { eventCatalog } from './catalog.js';
import { RETENTION_CLASSES } from './retention-classes.js';
import { upcast } from './upcasters.js';

const here = dirname(fileURLToPath(import.meta.url));
const kebab = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
const never = (type: string): never => { throw new Error(`${type} is not in the catalog`); };
const golden = readdirSync(join(here, 'golden')).filter((file) => file !== 'hashes.json');
const read = (file: string) => JSON.parse(readFileSync(join(here, 'golden', file), 'utf8')) as EventEnvelope;

describe('event catalog', () => {
  it('lists every event file once', () => {
    const files = readdirSync(join(here, 'events'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.v1.ts')).map((file) => file.split('/').at(-1));
    expect(eventCatalog.map(({ type }) => `${kebab(type)}.v1.ts`).sort()).toEqual(files.sort());
  });

  it.each(eventCatalog.map(({ type, version }) => [type, version] as const))('%s keeps a golden payload of every released version', (type, version) => {
    for (let released = 1; released <= version; released++) expect(golden).toContain(`${kebab(type)}.v${released}.json`);
  });

  it.each(golden)('%s still reads as today\'s schema', (file) => {
    const event = upcast(read(file));
    const definition = eventCatalog.find(({ type }) => type === event.type);
    const { clear, personal } = definition ?? never(event.type);
    const sealed = Object.keys(personal);
    for (const field of sealed) expect(isSealed(event.data[field])).toBe(true);
    expect(clear.safeParse(Object.fromEntries(Object.entries(event.data).filter(([field]) => !sealed.includes(field)))).error?.issues).toBeUndefined();
  });

  it('golden payloads are never edited', () => {
    const hashes = JSON.parse(readFileSync(join(here, 'golden', 'hashes.json'), 'utf8')) as Record<string, string>;
    const actual = Object.fromEntries(golden.map((file) => [file, createHash('sha256').update(readFileSync(join(here, 'golden', file))).digest('hex')]));
    expect(actual).toEqual(hashes);
  });

  it('RET-01 RET-09 every personal field has a retention class, and no class is endless', () => {
    for (const { personal } of eventCatalog) for (const field of Object.values(personal)) expect(RETENTION_CLASSES).toHaveProperty(field.retention);
    for (const period of Object.values(RETENTION_CLASSES)) expect(period).toMatch(/^P(\d+[YMD]|T\d+H)$/);
  });

  it('MIN-06 no event has a field for a birth date', () => {
    for (const { clear, personal } of eventCatalog) expect([...Object.keys(clear.shape), ...Object.keys(personal)].filter((field) => /birth|dob/i.test(field))).toEqual([]);
  });

  it('refuses an event type or version from the future', () => {
    const event = read('contact-added.v1.json');
    expect(() => upcast({ ...event, schemaVersion: 99 })).toThrow(/newer version/);
    expect(() => upcast({ ...event, type: 'NotYetInvented' })).toThrow(/newer version/);
  });
});
