import type { ContactFacts, GateFacts } from './gate-facts.js';
import type { FactOverrides } from './lawful-facts.js';

export type Outcome = 'allow' | 'deny' | 'not_applicable';

/** Versions and classes a rule looked at. Low-cardinality and never personal: no instant, no id of one contact. */
export type RuleInputs = Readonly<Record<string, string | number | boolean>>;

export interface RuleOutcome {
  readonly outcome: Outcome;
  /** Stable kebab-case code; always there on a deny. */
  readonly reason?: string;
  readonly fix?: string;
  readonly inputs?: RuleInputs;
}

export interface RuleCase {
  readonly name: string;
  /** Laid over `lawfulFacts`. */
  readonly facts: FactOverrides;
  readonly expect: Outcome;
  readonly reason?: string;
}

export interface Rule {
  /** Also the file's name: `<id>.rule.ts`. */
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly clause: string;
  /** First day on which the rule applies, `YYYY-MM-DD`, from 00:00 UTC. */
  readonly validFrom: string;
  readonly requirement: readonly string[];
  /** Pure. Returns interned outcomes, so that equal judgements are one object. */
  readonly evaluate: (facts: GateFacts) => RuleOutcome;
  readonly cases: readonly RuleCase[];
}

export interface Verdict extends RuleOutcome {
  readonly rule: string;
  readonly version: number;
}

export function allow(inputs?: RuleInputs): RuleOutcome {
  return Object.freeze(inputs === undefined ? { outcome: 'allow' } : { outcome: 'allow', inputs: Object.freeze(inputs) });
}

export function deny(reason: string, fix: string, inputs?: RuleInputs): RuleOutcome {
  return Object.freeze(inputs === undefined ? { outcome: 'deny', reason, fix } : { outcome: 'deny', reason, fix, inputs: Object.freeze(inputs) });
}

export function notApplicable(reason: string): RuleOutcome {
  return Object.freeze({ outcome: 'not_applicable', reason });
}

const testSend = notApplicable('test-send');
const contactUnknown = deny('contact-unknown', 'Import the contact again; its record cannot be found.');

/** A rule about the recipient: not applied to test sends, denied where there is no contact, else judged. */
export function aboutContact(judge: (contact: ContactFacts, facts: GateFacts) => RuleOutcome): (facts: GateFacts) => RuleOutcome {
  return (facts) => {
    if (facts.contact !== undefined) return judge(facts.contact, facts);
    return facts.campaign.state === 'test' ? testSend : contactUnknown;
  };
}
