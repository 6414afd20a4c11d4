import { textList, textTable, type Cell } from './text-table.js';

export interface ContentFinding {
  readonly id: string;
  readonly severity: 'error' | 'warning';
  readonly rule: string;
  readonly clause: string;
  readonly message: string;
  readonly fix: string;
  readonly where?: { readonly part: string; readonly line?: number; readonly column?: number };
  readonly overridable?: true;
}

export interface Check {
  readonly name: string;
  readonly findings: readonly ContentFinding[];
  readonly launchable: boolean;
  readonly forecast: {
    readonly audience: number; readonly eligible: number; readonly refused: number; readonly finishesAt?: string; readonly lateNotices: number;
    readonly refusals: readonly { readonly reason: string; readonly count: number; readonly rule: string; readonly fix: string }[];
  };
  readonly fields?: { readonly lacking?: Readonly<Record<string, number>>; readonly fallbacks?: Readonly<Record<string, number>> };
}

export interface CampaignStatus {
  readonly campaignId: string;
  readonly name: string;
  readonly state: string;
  readonly audienceSize: number;
  readonly launchedAt: string;
  readonly pauseReason?: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly notYetDecided?: number;
  readonly sending?: { readonly waitingFor?: string; readonly until?: string; readonly left: number };
  readonly fault?: string;
}

export interface TestSend {
  readonly sent: readonly { readonly recipientNumber: number; readonly outcome: string }[];
  readonly findings: readonly ContentFinding[];
  readonly verdicts?: readonly { readonly ruleId?: string; readonly rule?: string; readonly outcome?: string }[];
}

export function findingsText(findings: readonly ContentFinding[]): string {
  return findings.map(({ id, severity, rule, clause, message, fix, where, overridable }) => {
    const place = where === undefined ? '' : ` (${where.part}${where.line === undefined ? '' : ` ${where.line}:${where.column ?? 1}`})`;
    const officer = overridable === true ? ' An officer may launch despite it with --override-reason.' : '';
    return `${severity === 'error' ? '✗' : '!'} ${message}${place}  [${id}]\n    why  ${rule}, ${clause}\n    fix  ${fix}${officer}\n`;
  }).join('');
}

export function checkText({ name, findings, launchable, forecast, fields }: Check): string {
  const refusals = forecast.refusals.map(({ reason, count, rule, fix }): Cell[] => [count, reason, rule, fix]);
  const missing = Object.entries(fields?.lacking ?? {}).filter(([, count]) => count > 0).map(([field, count]) => `  ${field} is missing in ${count} rows\n`).join('');
  return [
    `Campaign ${name}: ${launchable ? 'may be launched.' : 'may not be launched.'}\n\n`,
    findingsText(findings), findings.length === 0 ? '' : '\n',
    textList([['audience', forecast.audience], ['eligible', forecast.eligible], ['refused', forecast.refused], ['finishes', forecast.finishesAt], ['late notices', forecast.lateNotices]]),
    refusals.length === 0 ? '' : `\nRefused (one contact may count twice):\n${textTable(['count', 'reason', 'rule', 'fix'], refusals)}`,
    missing === '' ? '' : `\nFields that the template uses:\n${missing}`,
  ].join('');
}

export function testText({ sent, findings, verdicts = [] }: TestSend): string {
  const outcomes = sent.map(({ recipientNumber, outcome }) => `recipient ${recipientNumber}  ${outcome}\n`).join('');
  return `${outcomes}${findingsText(findings)}${verdicts.length === 0 ? '' : 'Rules about a recipient’s basis are not applied to a test; its unsubscribe link is inert.\n'}`;
}

export function statusText({ name, state, audienceSize, launchedAt, pauseReason, counts = {}, notYetDecided, sending, fault }: CampaignStatus): string {
  return textList([
    ['campaign', name], ['state', pauseReason === undefined ? state : `${state} (${pauseReason})`], ['launched', launchedAt], ['audience', audienceSize],
    ...Object.entries(counts).map(([status, count]) => [status.replaceAll('_', ' '), count] as const),
    ['not yet decided', notYetDecided], ['waits for', sending?.waitingFor], ['until', sending?.until], ['nothing is sent', fault],
  ]);
}
