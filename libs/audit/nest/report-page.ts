import { barChart, escapeHtml, table, type Bar } from '../domain/report-chart.js';
import type { Summary } from './read-model-summary.js';

export interface ReportFacts extends Summary {
  readonly replayed: boolean;
  readonly policyVersion: string | undefined;
  readonly ruleSetVersion: string;
  readonly events: number;
  readonly lastCheckpoint: { readonly n: number; readonly takenAt: string } | undefined;
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--line:#d5d9de;--soft:#5b6470;--bar:#3b6ea8;--good:#2c7a4b;--bad:#b3372f;--open:#a8701c}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--paper:#14171b;--line:#363c44;--soft:#a3acb7;--bar:#7fb0e6;--good:#6fc28f;--bad:#f08b82;--open:#e0b15c}}
*{box-sizing:border-box}body{margin:0 auto;max-width:60rem;padding:1.5rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
h1{margin:0 0 .25rem;font-size:1.7rem}h2{margin:2rem 0 .5rem;font-size:1.2rem;border-bottom:1px solid var(--line)}p{margin:.4rem 0}.soft,.none{color:var(--soft)}
.replay{border:2px solid var(--open);padding:.6rem .8rem;border-radius:6px;font-weight:600}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:.75rem;margin:1rem 0}dl div{border:1px solid var(--line);border-radius:6px;padding:.6rem .8rem}dt{color:var(--soft);font-size:.85rem}dd{margin:0;font-size:1.5rem;font-variant-numeric:tabular-nums}
.chart{max-width:40rem;margin:.75rem 0}.chart p{margin:0 0 .25rem;font-size:.95rem;color:var(--soft)}.bar{display:grid;grid-template-columns:minmax(0,1fr) auto;column-gap:.75rem;margin:.35rem 0;font-size:.9rem}.bar b{font-variant-numeric:tabular-nums}
.bar svg{grid-column:1/-1;display:block;width:100%;height:.7rem}svg rect{fill:var(--bar)}svg .good{fill:var(--good)}svg .bad{fill:var(--bad)}svg .open{fill:var(--open)}
table{border-collapse:collapse;width:100%;margin:.75rem 0;font-size:.95rem}caption{text-align:left;color:var(--soft);padding:.25rem 0}th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);overflow-wrap:normal}.long{overflow-wrap:anywhere}.number{text-align:right;padding-right:0;white-space:nowrap;font-variant-numeric:tabular-nums}.number:not(:last-child){padding-right:.8rem}
@media (max-width:30rem){body{padding:1rem}table{font-size:.85rem}th,td{padding-right:.5rem}}
@media print{body{max-width:none;padding:0;font-size:11pt}section{break-inside:avoid}}
`.trim();

const TONES: Readonly<Record<string, string>> = { handed_off: 'good', resolved_delivered: 'good', refused: 'open', cancelled: 'open', failed: 'bad', unknown: 'bad', resolved_not_delivered: 'bad' };
const words = (code: string): string => code.replaceAll(/[_-]/g, ' ');
const byCount = (counts: Readonly<Record<string, number>>): [string, number][] => Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
const bars = (counts: Readonly<Record<string, number>>, tones: Readonly<Record<string, string>> = {}): Bar[] =>
  byCount(counts).map(([code, value]) => ({ label: words(code), value, tone: tones[code] ?? '' }));

const LIMITS: readonly (readonly [string, number, string])[] = [['up to 1 hour', 1, 'good'], ['1 to 24 hours', 24, 'good'], ['24 to 48 hours', 48, 'open'], ['48 to 72 hours', 72, 'open'], ['over 72 hours', Infinity, 'bad']];

function erasureBars(hours: readonly number[]): Bar[] {
  if (hours.length === 0) return [];
  let from = -Infinity;
  return LIMITS.map(([label, to, tone]) => {
    const bar = { label, value: hours.filter((one) => one > from && one <= to).length, tone };
    from = to;
    return bar;
  });
}

/** `2026-11-20 09:00 UTC`: it can break between day and time. */
const minute = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
const total = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, one) => sum + one, 0);
const rounded = (hours: number): string => (hours < 1 ? `${Math.round(hours * 60)} min` : `${hours.toFixed(1)} h`);

/** The whole report as one HTML file without script, images or addresses: counts, codes, names of campaigns and ids. */
export function reportPage(facts: ReportFacts): string {
  const { asOf, campaigns, dispatchesByStatus, refusalsByReason, optOutsByChannel, erasures, clocks } = facts;
  const { afterWish, withoutWish } = erasures;
  const slowest = afterWish.hours.length === 0 ? undefined : afterWish.hours.reduce((most, one) => Math.max(most, one));
  const figures: [string, string | number][] = [
    ['Sent', (dispatchesByStatus.handed_off ?? 0) + (dispatchesByStatus.resolved_delivered ?? 0)], ['Refused by the gate', dispatchesByStatus.refused ?? 0],
    ['Opt-outs', total(optOutsByChannel)], ['Erasures proved', erasures.completed], ['Slowest after a wish', slowest === undefined ? '–' : rounded(slowest)], ['Clocks overdue', clocks.overdueNow.length],
  ];
  const section = (title: string, ...parts: string[]) => `<section><h2>${escapeHtml(title)}</h2>${parts.join('')}</section>`;
  const rows = (counts: Readonly<Record<string, number>>) => byCount(counts).map(([code, value]) => [words(code), value] as const);
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>Outright compliance report, ${escapeHtml(asOf)}</title><style>${STYLE}</style></head><body><main>`,
    `<h1>Compliance report</h1><p class="soft">As of <time datetime="${escapeHtml(asOf)}">${escapeHtml(asOf)}</time>. Policy version ${escapeHtml(facts.policyVersion ?? 'none')}, rule set ${escapeHtml(facts.ruleSetVersion)}, ${facts.events} events on record.</p>`,
    facts.replayed ? '<p class="replay" role="note">Replay mode: this is the state at that instant, folded again from the log. Nothing was sent or recorded.</p>' : '',
    `<dl>${figures.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(String(value))}</dd></div>`).join('')}</dl>`,
    section('Messages by outcome', barChart('Messages by outcome', bars(dispatchesByStatus, TONES)), table('Last word on every message asked for', ['Outcome', 'Messages'], rows(dispatchesByStatus)),
      facts.handedOffAfterOptOut === 0 ? '' : `<p>Answered by the server after the opt-out was recorded, each on record with both times: ${facts.handedOffAfterOptOut}.</p>`),
    section('Refusals by reason', barChart('Refusals by reason', bars(refusalsByReason)), table('A refused message counts under each of its reasons', ['Reason', 'Messages'], rows(refusalsByReason))),
    section('Opt-outs', barChart('Opt-outs by channel', bars(optOutsByChannel)), table('Opt-outs and objections by channel', ['Channel', 'Requests'], rows(optOutsByChannel))),
    section('Erasures', barChart('After a wish: time from receipt to proof', erasureBars(afterWish.hours)), barChart('Without a wish (expired data, minors): time from falling due to proof', erasureBars(withoutWish.hours)),
      table('Erasure cases', ['State', 'After a wish', 'Without a wish'], (['open', 'completed', 'overdue'] as const).map((state) => [state, afterWish[state], withoutWish[state]]))),
    section('Legal clocks', barChart('Legal clocks', [{ label: 'open', value: clocks.open }, { label: 'met', value: clocks.met, tone: 'good' }, { label: 'missed', value: clocks.missed, tone: 'bad' }, { label: 'overdue now', value: clocks.overdueNow.length, tone: 'bad' }]),
      table('Open clocks by kind', ['Clock', 'Open'], byCount(clocks.byKind)),
      table('Overdue now (first 100)', ['Clock', 'Case', 'Due'], clocks.overdueNow.slice(0, 100).map(({ kind, caseRef, dueAt }) => [kind, caseRef, minute(dueAt)]))),
    section('Campaigns', table('Campaigns', ['Name', 'State', 'Audience', 'Launched'], campaigns.map(({ name, state, audienceSize, launchedAt }) => [name, state, audienceSize, minute(launchedAt)])) || '<p class="none">No campaign was launched.</p>'),
    section('Proof', `<p>${facts.lastCheckpoint === undefined ? 'No checkpoint was taken yet.' : `The newest checkpoint is number ${facts.lastCheckpoint.n}, taken ${escapeHtml(facts.lastCheckpoint.takenAt)}.`} <code>outright audit verify</code> checks the whole history, and <code>outright audit export</code> hands it on.</p>`),
    '</main></body></html>\n',
  ].join('');
}
