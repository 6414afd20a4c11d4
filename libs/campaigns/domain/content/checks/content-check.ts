import type { ControllerIdentity } from '../controller-identity.js';
import type { ContentFinding, FindingPlace } from '../content-finding.js';
import type { LegalLanguage } from '../languages/legal-language.js';
import type { HtmlView } from '../message-view.js';

export interface MessageHeader {
  readonly name: string;
  readonly value: string;
}

/** The decoded parts of a message about to be sent. */
export interface FinalMessage {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** All header fields, unfolded and decoded; absent where only the parts exist yet. */
  readonly headers?: readonly MessageHeader[];
}

/** What the message has to agree with. */
export interface ExpectedContent {
  readonly identity: ControllerIdentity;
  readonly language: string;
  readonly unsubscribeUrl: string;
  readonly privacyUrl: string;
  /** Whether this recipient gave prior affirmative consent; advertising need then not be identified (7704(a)(5)(B)). */
  readonly consented?: boolean;
  /** Whether this recipient wrote to us before; only then may the message look like an answer. */
  readonly inReply?: boolean;
}

/** A message as the checks see it. */
export interface CheckedMessage extends FinalMessage {
  readonly view: HtmlView;
  /** The text part with blanks and line ends made uniform. */
  readonly plain: string;
  readonly expected: ExpectedContent;
  readonly words: LegalLanguage;
}

/** One check of the final message. Each looks at one thing and says how to mend it. */
export interface ContentCheck {
  readonly id: string;
  readonly rule: string;
  readonly clause: string;
  run(message: CheckedMessage): readonly ContentFinding[];
}

type Draft = Pick<ContentFinding, 'id' | 'message' | 'fix'> & { where?: FindingPlace; severity?: ContentFinding['severity']; overridable?: true; rule?: string; clause?: string };

/** Builds the findings of a check: an error under the check's rule and clause unless the draft says otherwise. */
export function found(check: Pick<ContentCheck, 'rule' | 'clause'>, draft: Draft): ContentFinding {
  return { severity: 'error', rule: check.rule, clause: check.clause, ...draft };
}

/** Lower case, compatibility forms folded, blanks single: for finding phrases. */
export function folded(text: string): string {
  return text.normalize('NFKC').replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, '').replace(/\s+/g, ' ').trim().toLowerCase();
}
