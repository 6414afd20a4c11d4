import { textList } from './text-table.js';

export interface Verified {
  readonly ok: boolean;
  readonly events: number; readonly streams: number; readonly checkpoints: number; readonly outsideCheckpoints: number; readonly streamsAheadOfCheckpoints: number;
  readonly findings: readonly { readonly message: string }[]; readonly findingsTotal: number; readonly seconds: number;
}

export interface Replayed {
  readonly notice: string; readonly asOf: string; readonly events: number; readonly policyVersion?: string; readonly suppressionsPublished: number;
  readonly campaigns: readonly { readonly name: string; readonly state: string; readonly audienceSize: number }[];
  readonly contactsByState: Readonly<Record<string, number>>; readonly dispatchesByStatus: Readonly<Record<string, number>>; readonly optOutsByChannel: Readonly<Record<string, number>>;
  readonly erasures: { readonly open: number; readonly completed: number; readonly overdue: number };
  readonly clocks: { readonly open: number; readonly met: number; readonly missed: number; readonly overdueNow: readonly unknown[] };
}

export interface Explanation {
  readonly sentences: readonly string[];
  readonly dispatches: readonly { readonly dispatchId: string; readonly campaign?: string; readonly sentences: readonly string[] }[];
}

export function verifyText({ ok, events, streams, checkpoints, outsideCheckpoints, streamsAheadOfCheckpoints, findings, findingsTotal, seconds }: Verified): string {
  const shown = findings.slice(0, 20).map((finding) => `  ${finding.message}\n`).join('');
  return [
    ok ? 'The history verifies.\n' : `The history does not verify: ${findingsTotal} ${findingsTotal === 1 ? 'finding' : 'findings'}.\n${shown}${findingsTotal > 20 ? '  more with --json\n' : ''}`,
    textList([['events', events], ['streams', streams], ['checkpoints', checkpoints], ['compared with a copy elsewhere', outsideCheckpoints], ['streams with events since the last checkpoint', streamsAheadOfCheckpoints], ['seconds', Math.round(seconds * 10) / 10]]),
    outsideCheckpoints === 0 ? 'No checkpoint was compared with a copy elsewhere, so a rewritten end that was signed anew would not show: set checkpointMirror.\n' : '',
  ].join('');
}

export function replayText(replayed: Replayed): string {
  const { notice, asOf, events, policyVersion, suppressionsPublished, campaigns, erasures, clocks } = replayed;
  const counts = (title: string, of: Readonly<Record<string, number>>) => Object.entries(of).map(([key, count]) => [`${title} ${key.replaceAll('_', ' ')}`, count] as const);
  return `${notice}\n${textList([
    ['as of', asOf], ['events', events], ['policy', policyVersion], ...counts('contacts', replayed.contactsByState), ...counts('dispatches', replayed.dispatchesByStatus),
    ...counts('opt-outs by', replayed.optOutsByChannel), ['suppressions published', suppressionsPublished],
    ['erasures open', erasures.open], ['erasures completed', erasures.completed], ['erasures overdue', erasures.overdue],
    ['clocks open', clocks.open], ['clocks met', clocks.met], ['clocks missed', clocks.missed], ['clocks overdue then', clocks.overdueNow.length],
    ...campaigns.map(({ name, state, audienceSize }) => [`campaign ${name}`, `${state}, audience ${audienceSize}`] as const),
  ])}`;
}

export function explanationText({ sentences, dispatches }: Explanation): string {
  return [
    ...sentences.map((sentence) => `${sentence}\n`),
    ...dispatches.map(({ dispatchId, campaign, sentences: of }) => `\nDispatch ${dispatchId}${campaign === undefined ? '' : ` of ${campaign}`}\n${of.map((sentence) => `  ${sentence}\n`).join('')}`),
  ].join('');
}

