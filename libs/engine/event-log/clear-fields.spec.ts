import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { eventsByType } from '#contracts/catalog';
import type { EventEnvelope } from '#kernel/envelope';
import { isSealed } from '#kernel/sealed';
import { ClearFields } from './clear-fields.js';

const golden = new URL('../../contracts/golden/', import.meta.url);
const events = readdirSync(golden).filter((file) => file !== 'hashes.json').map((file) => JSON.parse(readFileSync(new URL(file, golden), 'utf8')) as EventEnvelope);

describe('clear fields of an event', () => {
  it.each(events.map((event) => [event.type, event] as const))('%s is written as its schema reads it, again and again', (type, { data, schemaVersion }) => {
    const definition = eventsByType.get(type);
    if (definition === undefined || definition.version !== schemaVersion) return;
    const clear = Object.fromEntries(Object.entries(data).filter(([, value]) => !isSealed(value)));
    const fields = new ClearFields(definition.clear);
    const whole = JSON.stringify(definition.clear.parse(clear)).slice(1, -1);
    for (let time = 0; time < 3; time++) expect(fields.members(structuredClone(clear))).toBe(whole);
    expect(fields.members({ ...clear, unheard: 1 })).toBeUndefined();
    for (const field in clear) expect(fields.members({ ...clear, [field]: Symbol('wrong') })).toBeUndefined();
  });

  it('INV-06 an object that can change is validated each time', () => {
    const fields = new ClearFields(z.strictObject({ list: z.array(z.string()).max(1), note: z.string().trim().optional() }));
    const list = ['a'];
    expect(fields.members({ list, note: ' b ' })).toBe('"list":["a"],"note":"b"');
    list[0] = 'c';
    expect(fields.members({ list })).toBe('"list":["c"]');
    list.push('d');
    expect(fields.members({ list })).toBeUndefined();
  });

  it.each([
    ['lengths', z.string().min(2).max(4)], ['several lengths', z.string().min(1).min(3).max(9).max(5)], ['nothing', z.string()], ['one length', z.string().length(3)],
    ['lengths and a spelling', z.string().min(1).max(4).trim().toLowerCase()], ['a pattern', z.string().min(1).regex(/^a/)], ['a rule', z.string().max(4).refine((text) => text !== 'abc')],
    ['lengths, or absence', z.string().min(2).max(4).optional()],
  ])('INV-06 a text under %s is taken exactly where its schema takes it', (_what, schema) => {
    for (const text of ['', 'a', 'ab', 'abc', 'ABC', ' a ', 'abcd', 'abcde', 'abcdef', '"\n\ud800', undefined, 7]) {
      const parsed = schema.safeParse(text);
      const written = !parsed.success ? undefined : JSON.stringify({ text: parsed.data }).slice(1, -1);
      expect(new ClearFields(z.strictObject({ text: schema })).members(text === undefined ? {} : { text })).toBe(written);
    }
  });

  it('a schema with a rule over several fields is left to itself', () => {
    expect(new ClearFields(z.strictObject({ a: z.number() }).refine(({ a }) => a > 1)).members({ a: 2 })).toBeUndefined();
    expect(new ClearFields(z.object({ a: z.number() })).members({ a: 2 })).toBeUndefined();
  });
});
