import { rules } from '#compliance/domain/rule-set';
import type { Verdict } from '#compliance/domain/rule';
import type { RecordedEvent } from '#kernel/recorded-event';

/** What was recorded of one decision of the gate, and what the gate says to the same facts today. */
export interface ExplainedDecision {
  readonly event: RecordedEvent;
  readonly ruleSetVersion: string;
  readonly recorded: readonly Verdict[] | undefined;
  readonly rerun: Rerun | undefined;
}

export interface Rerun {
  readonly ruleSetVersion: string;
  readonly throughVersion: number;
  readonly allowed: boolean;
  readonly verdicts: readonly Verdict[];
}

export interface VerdictDifference {
  readonly rule: string;
  readonly recorded: string;
  readonly rerun: string;
}

const ruleById = new Map(rules.map((rule) => [rule.id, rule]));

const outcomeOf = (verdict: Verdict | undefined): string =>
  verdict === undefined ? 'no verdict' : [verdict.outcome, verdict.reason].filter((part) => part !== undefined).join(': ');

/** Rules that judge the same facts differently today; empty where the decision is reproduced. */
export function verdictDifferences(recorded: readonly Verdict[], rerun: readonly Verdict[]): VerdictDifference[] {
  const before = new Map(recorded.map((verdict) => [verdict.rule, verdict]));
  const after = new Map(rerun.map((verdict) => [verdict.rule, verdict]));
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((rule) => ({ rule, recorded: outcomeOf(before.get(rule)), rerun: outcomeOf(after.get(rule)) }))
    .filter(({ recorded: one, rerun: other }) => one !== other);
}

/** One verdict as a sentence with the clause that it stands on; a denial also says what can be done. */
export function verdictSentence(verdict: Verdict, fix = verdict.fix): string {
  const rule = ruleById.get(verdict.rule);
  const title = rule === undefined ? `Rule ${verdict.rule}` : rule.title;
  const because = verdict.reason === undefined ? '' : ` (${verdict.reason})`;
  const word = { allow: 'holds', deny: 'does not hold', not_applicable: 'was not applied' }[verdict.outcome];
  const clause = rule === undefined ? '' : ` It stands on ${rule.clause}.`;
  return `“${title}” ${word}${because}.${clause}${verdict.outcome === 'deny' && fix !== undefined ? ` ${fix}` : ''}`;
}

/** The decision told in plain sentences, first what happened, then why. */
export function decisionSentences({ event, recorded, ruleSetVersion, rerun }: ExplainedDecision): string[] {
  const refused = event.type === 'DispatchRefused';
  const said = refused
    ? `The gate refused the message at ${event.recordedAt}.`
    : `The gate permitted the message at ${event.recordedAt}, until ${String(event.data.expiresAt)}.`;
  if (recorded === undefined) return [said, 'Its verdict list is not on record, so only the reasons can be told.', ...reasonsOf(event)];
  const shown = refused ? recorded.filter(({ outcome }) => outcome === 'deny') : recorded.filter(({ outcome }) => outcome === 'allow');
  const counted = `${recorded.length} rules of rule set ${ruleSetVersion} were asked; ${shown.length} ${refused ? 'said no' : 'apply and hold'}.`;
  const fixes = new Map(rerun?.verdicts.map(({ rule, fix }) => [rule, fix]));
  const told = shown.map((verdict) => verdictSentence(verdict, fixes.get(verdict.rule)));
  return [said, counted, ...told, ...rerunSentences(recorded, ruleSetVersion, rerun)];
}

function reasonsOf(event: RecordedEvent): string[] {
  return Array.isArray(event.data.reasons) ? [`Reasons: ${event.data.reasons.join(', ')}.`] : [];
}

function rerunSentences(recorded: readonly Verdict[], ruleSetVersion: string, rerun: Rerun | undefined): string[] {
  if (rerun === undefined) return ['The gate could not be run again on this history.'];
  const over = `The gate was run again over the contact's history up to version ${rerun.throughVersion}, as of that instant`;
  const differences = verdictDifferences(recorded, rerun.verdicts);
  if (differences.length === 0) return [`${over}: it gives the same verdicts.`];
  const why = rerun.ruleSetVersion === ruleSetVersion ? '' : ` The rules were changed since (now ${rerun.ruleSetVersion}).`;
  return [`${over}: ${differences.length} verdicts differ.${why}`, ...differences.map((one) => `Rule ${one.rule}: recorded “${one.recorded}”, today “${one.rerun}”.`)];
}

const WHAT_HAPPENED: Readonly<Record<string, (data: Record<string, unknown>) => string>> = {
  EmailHandedOff: (data) => `The receiving server accepted the message with code ${String(data.smtpCode)}${data.afterOptOut === true ? '; the opt-out was recorded before this was known' : ''}.`,
  DispatchFailed: (data) => `The message was not delivered (${String(data.reason)}, in phase ${String(data.phase)}); ${data.temporary === true ? 'it may be tried again' : 'it will not be tried again'}.`,
  DispatchOutcomeUnknown: (data) => `Whether the message was delivered is not known (${String(data.reason)}, in phase ${String(data.phase)}); it is never sent again by itself.`,
  DispatchOutcomeResolved: (data) => `A person settled the unknown outcome as ${data.outcome === 'delivered' ? 'delivered' : 'not delivered'}.`,
  DispatchCancelled: (data) => `The message was stopped before its end (${String(data.reason)}).`,
  NoticeProvided: (data) => `The message carried the privacy notice, version ${String(data.textVersion)}.`,
  HardBounceRecorded: () => 'The address turned out not to exist; nothing is sent to it any more.',
};

/** What became of a dispatch after a decision, one sentence; undefined for events that say nothing about it. */
export function outcomeSentence(event: RecordedEvent): string | undefined {
  const tell = WHAT_HAPPENED[event.type];
  return tell === undefined ? undefined : `${event.recordedAt}: ${tell(event.data)}`;
}

const STANDING: Readonly<Record<string, string>> = {
  OptOutRecorded: 'The recipient opted out', ObjectionRecorded: 'The person objected to direct marketing', ConsentWithdrawn: 'The person withdrew consent',
  RestrictionSet: 'Use of the contact was restricted', RestrictionLifted: 'The restriction ended', ContactErasureStarted: 'The erasure of the person began',
};

/** A wish or restriction on the contact's stream, one sentence; undefined for other events. */
export function standingSentence(event: RecordedEvent): string | undefined {
  const what = STANDING[event.type];
  const received = event.data.receivedAt;
  return what === undefined ? undefined : `${event.recordedAt}: ${what}${typeof received === 'string' ? ` (received ${received})` : ''}.`;
}
