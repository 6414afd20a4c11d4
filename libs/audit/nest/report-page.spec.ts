import { describe, expect, it } from '@jest/globals';
import { reportPage, type ReportFacts } from './report-page.js';

const facts: ReportFacts = {
  asOf: '2026-11-30T12:00:00.000Z', replayed: false, policyVersion: 'policy-3', ruleSetVersion: 'rules-abc', events: 4711,
  lastCheckpoint: { n: 12, takenAt: '2026-11-30T11:00:00.000Z' },
  campaigns: [{ name: 'a<b>"c"', state: 'running', audienceSize: 500, launchedAt: '2026-11-20T09:00:00.000Z' }],
  campaignsByState: { running: 1 }, prospectsByState: { active: 3 }, contactsByState: { active: 3 },
  dispatchesByStatus: { handed_off: 321, refused: 54, unknown: 1 }, refusalsByReason: { 'opted-out': 50, 'age-minor': 4 }, handedOffAfterOptOut: 1,
  optOutsByChannel: { one_click: 17, reply: 2 }, erasures: { open: 1, completed: 5, overdue: 0, afterWish: { open: 1, completed: 3, overdue: 0, hours: [0.2, 1, 30] }, withoutWish: { open: 0, completed: 2, overdue: 0, hours: [0.1, 20] } },
  clocks: { open: 5, met: 9, missed: 0, byKind: { 'CL-02': 5 }, overdueNow: [{ clockId: 'clock-1', kind: 'CL-02', caseRef: 'case-9', dueAt: '2026-11-29T12:00:00.000Z' }] },
};

const NONE = { open: 0, completed: 0, overdue: 0, hours: [] };

describe('the report page', () => {
  const html = reportPage(facts);

  it('AUD-01 shows sends by outcome, refusals by reason, opt-outs, erasure times and clocks as charts and as tables', () => {
    for (const words of ['handed off 321', 'opted-out'.replace('-', ' '), 'one click 17', 'up to 1 hour 2, 1 to 24 hours 0, 24 to 48 hours 1',  'overdue now 1', 'case-9', 'number 12']) expect(html).toContain(words);
    expect(html.match(/class="chart" role="img"/g)).toHaveLength(6);
    expect(html.match(/<caption>/g)!.length).toBeGreaterThanOrEqual(6);
  });

  it('AUD-01 (partly) keeps what people asked for apart from what expired by itself', () => {
    const charts = [...html.matchAll(/aria-label="(After a wish|Without a wish)[^:]*: [^:]*: ([^"]*)"/g)].map(([, series, words]) => [series, words]);
    expect(charts).toEqual([
      ['After a wish', 'up to 1 hour 2, 1 to 24 hours 0, 24 to 48 hours 1, 48 to 72 hours 0, over 72 hours 0'], ['Without a wish', 'up to 1 hour 1, 1 to 24 hours 1, 24 to 48 hours 0, 48 to 72 hours 0, over 72 hours 0'],
    ]);
    expect(html).toContain('<td>completed</td><td class="number">3</td><td class="number">2</td>');
    expect(html).toContain('<dt>Slowest after a wish</dt><dd>30.0 h</dd>');
  });

  it('aligns numbers and their headers on the right, and nothing else', () => {
    expect(html).toContain('<th scope="col">Outcome</th><th scope="col" class="number">Messages</th>');
    expect(html).toContain('<th scope="col">State</th><th scope="col" class="number">Audience</th><th scope="col">Launched</th>');
    expect(html.match(/class="number"/g)!.length).toBe([...html.matchAll(/<td class="number">\d+<\/td>|<th scope="col" class="number">/g)].length);
  });

  it('gives no part a width that a narrow screen cannot hold', () => {
    expect(html).not.toMatch(/viewBox|min-width|width="\d+"/);
    expect(html).toMatch(/body\{[^}]*overflow-wrap:anywhere.*\.long\{overflow-wrap:anywhere\}/s);
    const ids = reportPage({ ...facts, clocks: { ...facts.clocks, overdueNow: [{ ...facts.clocks.overdueNow[0]!, caseRef: `case-${'0'.repeat(32)}` }] } });
    expect(ids).toContain(`<td class="long">case-${'0'.repeat(32)}</td><td>2026-11-29 12:00 UTC</td>`);
    expect(Math.max(...[...html.matchAll(/minmax\((\d+)rem/g)].map(([, rem]) => Number(rem)))).toBeLessThanOrEqual(8);
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
      erasures: { open: 0, completed: 0, overdue: 0, afterWish: NONE, withoutWish: NONE }, clocks: { open: 0, met: 0, missed: 0, byKind: {}, overdueNow: [] },
    });
    expect(empty).toContain('nothing on record');
    expect(empty).toContain('No checkpoint was taken yet');
  });
});
