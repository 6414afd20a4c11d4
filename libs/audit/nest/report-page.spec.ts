import { describe, expect, it } from '@jest/globals';
import { reportPage, type ReportFacts } from './report-page.js';

const facts: ReportFacts = {
  asOf: '2026-11-30T12:00:00.000Z', replayed: false, policyVersion: 'policy-3', ruleSetVersion: 'rules-abc', events: 4711,
  lastCheckpoint: { n: 12, takenAt: '2026-11-30T11:00:00.000Z' },
  campaigns: [{ name: 'a<b>"c"', state: 'running', audienceSize: 500, launchedAt: '2026-11-20T09:00:00.000Z' }],
  campaignsByState: { running: 1 }, prospectsByState: { active: 3 }, contactsByState: { active: 3 },
  dispatchesByStatus: { handed_off: 321, refused: 54, unknown: 1 }, refusalsByReason: { 'opted-out': 50, 'age-minor': 4 }, handedOffAfterOptOut: 1,
  optOutsByChannel: { one_click: 17, reply: 2 }, erasures: { open: 1, completed: 3, overdue: 0, hours: [0.2, 1, 30] },
  clocks: { open: 5, met: 9, missed: 0, byKind: { 'CL-02': 5 }, overdueNow: [{ clockId: 'clock-1', kind: 'CL-02', caseRef: 'case-9', dueAt: '2026-11-29T12:00:00.000Z' }] },
};

describe('the report page', () => {
  const html = reportPage(facts);

  it('AUD-01 shows sends by outcome, refusals by reason, opt-outs, erasure times and clocks as charts and as tables', () => {
    for (const words of ['handed off 321', 'opted-out'.replace('-', ' '), 'one click 17', 'up to 1 hour 2', '24 to 48 hours 1', 'overdue now 1', 'case-9', 'number 12']) expect(html).toContain(words);
    expect(html.match(/<svg role="img"/g)).toHaveLength(5);
    expect(html.match(/<caption>/g)!.length).toBeGreaterThanOrEqual(6);
  });

  it('loads and runs nothing, escapes what it prints, has both colour schemes, a language, and prints', () => {
    expect(html).not.toMatch(/<script|<img|<link|url\(|https?:|@import|\son\w+="/i);
    expect(html).toContain('a&#60;b&#62;&#34;c&#34;');
    expect(html).toMatch(/prefers-color-scheme:dark.*@media print/s);
    expect(html).toContain('<html lang="en">');
  });

  it('AUD-02 says so where it shows a replay, and is whole with nothing on record', () => {
    expect(reportPage({ ...facts, replayed: true })).toContain('Replay mode');
    expect(html).not.toContain('Replay mode');
    const empty = reportPage({
      ...facts, policyVersion: undefined, lastCheckpoint: undefined, campaigns: [], dispatchesByStatus: {}, refusalsByReason: {}, optOutsByChannel: {},
      erasures: { open: 0, completed: 0, overdue: 0, hours: [] }, clocks: { open: 0, met: 0, missed: 0, byKind: {}, overdueNow: [] },
    });
    expect(empty).toContain('nothing on record');
    expect(empty).toContain('No checkpoint was taken yet');
  });
});
