import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { randomId, streamCategory } from './ids.js';
import { isSealed } from './sealed.js';

describe('ids', () => {
  it('INV-13 a stream id is its category and 128 random bits, nothing else', () => {
    expect(randomId(() => Buffer.alloc(16, 0xab), 'contact')).toBe(`contact-${'ab'.repeat(16)}`);
    const asked: number[] = [];
    randomId((bytes) => { asked.push(bytes); return randomBytes(bytes); });
    expect(asked).toEqual([16]);
    expect(new Set(Array.from({ length: 1000 }, () => randomId(randomBytes, 'case'))).size).toBe(1000);
  });

  it.each([['contact-9f', 'contact'], ['tenant-main', 'tenant'], ['lia-2026-01', 'lia'], ['plain', 'plain']])('the category of %s is %s', (id, category) => {
    expect(streamCategory(id)).toBe(category);
  });
});

describe('sealed', () => {
  it.each([[{ kid: 'k', box: 'b', of: 'o' }, true], [{ kid: 'k', box: 'b' }, false], [null, false], ['[erased]', false], [undefined, false]])('%j is sealed: %s', (value, answer) => {
    expect(isSealed(value)).toBe(answer);
  });
});
