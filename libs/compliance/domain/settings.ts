import { BadInput } from '#kernel/errors';
import { neverLonger, parsePeriod } from './period.js';
import { type Bound, type SettingKey, settingList, type SettingRow } from './setting-list.js';

type Widened<V> = V extends number ? number : V extends boolean ? boolean : V extends readonly unknown[] ? readonly string[] : string;

/** Every setting with its value: numbers in the unit of the key's name, periods as ISO 8601. */
export type Settings = { readonly [Row in (typeof settingList)[number] as Row['key']]: Widened<Row['default']> };

export interface SettingFinding {
  readonly key: string;
  readonly rule: string;
  readonly problem: string;
}

const rows = new Map<string, SettingRow>(settingList.map((row) => [row.key, row]));

export const defaultSettings: Settings = Object.freeze(Object.fromEntries(settingList.map((row) => [row.key, row.default]))) as unknown as Settings;

function isTimeZone(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The allowed values in words, or undefined where the value is inside the bounds. */
function outside(value: unknown, bounds: Bound): string | undefined {
  switch (bounds.kind) {
    case 'integer':
      return Number.isSafeInteger(value) && (value as number) >= bounds.min && (value as number) <= bounds.max ? undefined : `a whole number from ${bounds.min} to ${bounds.max}`;
    case 'period': {
      const [given, min, max] = [typeof value === 'string' ? parsePeriod(value) : undefined, parsePeriod(bounds.min), parsePeriod(bounds.max)];
      return given && min && max && neverLonger(min, given) && neverLonger(given, max) ? undefined : `a period from ${bounds.min} to ${bounds.max}`;
    }
    case 'choice':
      return bounds.of.includes(value as string) ? undefined : bounds.of.join(' or ');
    case 'subset': {
      const inside = Array.isArray(value) && (bounds.empty || value.length > 0) && value.every((item) => bounds.of.includes(item as string));
      return inside ? undefined : `a list of ${bounds.of.join(', ')}`;
    }
    case 'time-zone':
      return isTimeZone(value) ? undefined : 'a time zone name such as Europe/Tallinn';
    case 'slug':
      return typeof value === 'string' && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value) ? undefined : 'a name of small letters, digits and hyphens';
  }
}

function finding(key: string, value: unknown): SettingFinding | undefined {
  const row = rows.get(key);
  if (row === undefined) return { key, rule: 'POL-05', problem: `${key} is no setting.` };
  const expected = outside(value, row.bounds);
  if (expected === undefined) return undefined;
  const endless = row.bounds.kind === 'period' && (typeof value !== 'string' || parsePeriod(value) === undefined);
  const rule = endless ? `${row.decision}, RET-09` : row.decision;
  return { key, rule, problem: row.fixed ? `${key} is fixed: ${expected}.` : `${key} must be ${expected}.` };
}

function flatten(value: Readonly<Record<string, unknown>>, prefix = ''): (readonly [string, unknown])[] {
  return Object.entries(value).flatMap(([name, inner]): (readonly [string, unknown])[] => {
    const key = prefix + name;
    const branch = typeof inner === 'object' && inner !== null && !Array.isArray(inner) && !rows.has(key);
    return branch ? flatten(inner as Record<string, unknown>, `${key}.`) : [[key, inner]];
  });
}

/**
 * The settings with defaults filled in (POL-05, RET-09, INV-17). Keys are dotted or nested.
 * @throws BadInput `setting-out-of-bounds`, citing the decision of section 0, with a finding for each setting that is unknown or out of bounds.
 */
export function validateSettings(given: Readonly<Record<string, unknown>>): Settings {
  const entries = flatten(given);
  const findings = entries.map(([key, value]) => finding(key, value)).filter((found) => found !== undefined);
  const [first] = findings;
  if (first !== undefined) {
    throw new BadInput(`${findings.map(({ problem, rule }) => `${problem.slice(0, -1)} (${rule})`).join('; ')}.`, {
      code: 'setting-out-of-bounds', rule: first.rule, fix: 'Set a value inside the bounds, or remove the line to use the default.', findings,
    });
  }
  const values: Partial<Record<SettingKey, unknown>> = Object.fromEntries(entries);
  return Object.freeze({ ...defaultSettings, ...values }) as Settings;
}
