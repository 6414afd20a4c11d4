import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { factsWith } from '../lawful-facts.js';
import { rules } from '../rule-set.js';

const here = dirname(fileURLToPath(import.meta.url));

describe('rule files', () => {
  it('SND-09 every rule file in the folder is listed once, under the id of its file', () => {
    const files = readdirSync(here).filter((name) => name.endsWith('.rule.ts')).map((name) => name.replace('.rule.ts', ''));
    expect(rules.map(({ id }) => id).sort()).toEqual(files.sort());
  });

  it('a reason code belongs to one rule, apart from the shared ones', () => {
    const owners = new Map<string, Set<string>>();
    for (const rule of rules) {
      for (const { expect: outcome, reason } of rule.cases) {
        if (outcome === 'deny' && reason !== 'contact-unknown') owners.set(reason ?? '', (owners.get(reason ?? '') ?? new Set()).add(rule.id));
      }
    }
    expect([...owners].filter(([reason, ids]) => reason === '' || ids.size > 1)).toEqual([]);
  });

  it.each(rules.map((rule) => [rule.id, rule] as const))('%s states title, clause, date, requirement and tabled denials', (_id, rule) => {
    expect(rule.title).not.toBe('');
    expect(rule.clause).not.toBe('');
    expect(Number.isNaN(Date.parse(rule.validFrom))).toBe(false);
    expect(rule.requirement.every((id) => /^([A-Z]{3}-\d{2}|D\d{1,2})$/.test(id))).toBe(true);
    expect(rule.requirement.length).toBeGreaterThan(0);
    expect(rule.cases.some((row) => row.expect === 'deny')).toBe(true);
    expect(rule.cases.some((row) => row.expect === 'allow') || rule.id === 'soft-opt-in').toBe(true);
  });
});

describe.each(rules.map((rule) => [`${rule.requirement.join(' ')} ${rule.id}`, rule] as const))('%s', (_title, rule) => {
  it.each(rule.cases.map((row) => [`${row.expect}: ${row.name}`, row] as const))('%s', (_name, row) => {
    const outcome = rule.evaluate(factsWith(row.facts));
    expect({ outcome: outcome.outcome, reason: row.reason === undefined ? undefined : outcome.reason }).toEqual({ outcome: row.expect, reason: row.reason });
    if (outcome.outcome === 'deny') expect([outcome.reason, outcome.fix]).not.toContain(undefined);
  });

  it('gives the same object for equal facts, and no input that is an instant', () => {
    for (const row of rule.cases) {
      const [first, second] = [rule.evaluate(factsWith(row.facts)), rule.evaluate(factsWith(row.facts))];
      expect(first).toBe(second);
      expect(Object.isFrozen(first)).toBe(true);
      expect(Object.values(first.inputs ?? {}).filter((value) => /\d{4}-\d{2}-\d{2}T/.test(String(value)))).toEqual([]);
    }
  });
});
