import { countryPacks } from './domain/packs/pack-list.js';
import type { CountryPack } from './domain/packs/pack.js';
import { rules, ruleSetVersion } from './domain/rule-set.js';
import { settingList, type SettingRow } from './domain/setting-list.js';

export interface RuleDoc {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly clause: string;
  readonly requirement: readonly string[];
  readonly validFrom: string;
  readonly allows: readonly string[];
  readonly denies: readonly { readonly name: string; readonly reason: string }[];
  readonly notApplied: readonly string[];
}

/** The gate's rules as the generated rules table shows them, in the order of the gate. */
export const ruleDocs: readonly RuleDoc[] = rules.map(({ id, version, title, clause, requirement, validFrom, cases }) => ({
  id, version, title, clause, requirement, validFrom,
  allows: cases.filter(({ expect }) => expect === 'allow').map(({ name }) => name),
  denies: cases.filter(({ expect }) => expect === 'deny').map(({ name, reason }) => ({ name, reason: reason ?? '' })),
  notApplied: cases.filter(({ expect }) => expect === 'not_applicable').map(({ name }) => name),
}));

export const packDocs: readonly CountryPack[] = countryPacks;
export const settingDocs: readonly SettingRow[] = settingList;
export const documentedRuleSet: string = ruleSetVersion;
