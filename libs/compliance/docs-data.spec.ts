import { describe, expect, it } from '@jest/globals';
import { documentedRuleSet, packDocs, ruleDocs, settingDocs } from './docs-data.js';
import { rules, ruleSetVersion } from './domain/rule-set.js';

describe('data of the generated tables', () => {
  it('SND-09 shows every rule with all of its cases', () => {
    expect(ruleDocs.map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
    for (const [index, { allows, denies, notApplied }] of ruleDocs.entries()) {
      expect(allows.length + denies.length + notApplied.length).toBe(rules[index]?.cases.length);
      expect(denies.filter(({ reason }) => reason === '')).toEqual([]);
    }
    expect(documentedRuleSet).toBe(ruleSetVersion);
  });

  it('is plain data', () => {
    for (const table of [ruleDocs, packDocs, settingDocs]) expect(JSON.parse(JSON.stringify(table))).toEqual(table);
  });
});
