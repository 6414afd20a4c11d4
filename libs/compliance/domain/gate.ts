import type { GateFacts } from './gate-facts.js';
import { millis } from './instants.js';
import { deny, notApplicable, type Rule, type RuleOutcome, type Verdict } from './rule.js';
import { rules, versionOf } from './rule-set.js';

export interface GateDecision {
  readonly allowed: boolean;
  /** One verdict per rule, in the order of the rule set. Equal lists are one object. */
  readonly verdicts: readonly Verdict[];
  /** Reasons of the denials, each once, in the order of the rules. */
  readonly reasons: readonly string[];
  readonly ruleSetVersion: string;
}

interface Step {
  readonly verdict: Verdict | undefined;
  readonly before: Step | undefined;
  readonly next: Map<RuleOutcome, Step>;
  lastOutcome: RuleOutcome | undefined;
  lastStep: Step | undefined;
  decision: GateDecision | undefined;
}

const failed = deny('rule-failed', 'Report this: a rule could not judge the dispatch, so nothing was sent.');
const notInForce = notApplicable('not-in-force');
/** Distinct paths of judgements remembered before memory is given back. */
const STEP_LIMIT = 50_000;

const step = (verdict: Verdict | undefined, before: Step | undefined): Step =>
  ({ verdict, before, next: new Map(), lastOutcome: undefined, lastStep: undefined, decision: undefined });

/** NaN where it cannot be read: then every rule is in force, and the rule about the instant denies. */
function instantOf(facts: GateFacts): number {
  try {
    return millis(facts.now);
  } catch {
    return NaN;
  }
}

const verdictOf = (rule: Rule, outcome: RuleOutcome): Verdict =>
  Object.freeze({ rule: rule.id, version: rule.version, ...outcome });

function decisionAt(last: Step, ruleSetVersion: string): GateDecision {
  const verdicts: Verdict[] = [];
  for (let at: Step | undefined = last; at?.verdict !== undefined; at = at.before) verdicts.push(at.verdict);
  Object.freeze(verdicts.reverse());
  const denials = verdicts.filter(({ outcome }) => outcome !== 'allow' && outcome !== 'not_applicable');
  const reasons = Object.freeze([...new Set(denials.map(({ reason }) => reason ?? failed.reason ?? ''))]);
  return Object.freeze({ allowed: verdicts.length > 0 && denials.length === 0, verdicts, reasons, ruleSetVersion });
}

/** A gate over a list of rules. It remembers the paths of judgements it has seen, so a usual decision allocates nothing. */
export function createGate(list: readonly Rule[]): (facts: GateFacts) => GateDecision {
  const version = versionOf(list);
  const timed = list.map((rule) => ({ rule, evaluate: rule.evaluate, from: Date.parse(rule.validFrom) }));
  let root = step(undefined, undefined);
  let steps = 0;

  return (facts) => {
    if (steps > STEP_LIMIT) {
      root = step(undefined, undefined);
      steps = 0;
    }
    const now = instantOf(facts);
    let at = root;
    for (const { rule, evaluate, from } of timed) {
      let outcome: RuleOutcome;
      try {
        outcome = now < from ? notInForce : (evaluate(facts) ?? failed);
      } catch {
        outcome = failed;
      }
      if (at.lastOutcome !== outcome || at.lastStep === undefined) {
        let following = at.next.get(outcome);
        if (following === undefined) {
          following = step(verdictOf(rule, outcome), at);
          at.next.set(outcome, following);
          steps += 1;
        }
        at.lastOutcome = outcome;
        at.lastStep = following;
      }
      at = at.lastStep;
    }
    return (at.decision ??= decisionAt(at, version));
  };
}

/**
 * Whether one dispatch may go out at `facts.now`, with every rule's verdict (SND-09). All rules run, one denial is enough, a rule that fails
 * denies, and so does whatever is unknown, age apart. Pure; never throws.
 */
export const evaluateGate: (facts: GateFacts) => GateDecision = createGate(rules);
