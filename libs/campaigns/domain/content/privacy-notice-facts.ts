import type { LegalBasis, SourceKind } from './legal-context.js';

/** Somebody outside the company who receives the data. */
export interface NoticeRecipient {
  readonly name: string;
  readonly task: string;
  /** ISO 3166 alpha-2. */
  readonly country: string;
  /** Mechanism of GDPR 44-49 where the country is outside the EEA. */
  readonly safeguard?: string;
}

/** What the notice tells beyond the identity record. */
export interface NoticeFacts {
  readonly version: string;
  /** ISO date. */
  readonly effectiveOn: string;
  readonly purposes: readonly { readonly purpose: string; readonly basis: LegalBasis; readonly interestText?: string }[];
  readonly sources: readonly SourceKind[];
  readonly extraFields?: readonly string[];
  readonly recipients: readonly NoticeRecipient[];
  /** ISO 8601 duration; default `P3Y` (D4). */
  readonly retention?: string;
  /** Default 72 (D1). */
  readonly erasureHours?: number;
  /** Where anybody can type an address to stop all mail: `<publicUrl>/u`. */
  readonly optOutUrl: string;
}

export const NOTICE_SECTIONS = [
  'controller', 'contact', 'objection', 'purposes', 'categories', 'source', 'recipients', 'transfers', 'retention', 'rights', 'withdrawal', 'complaint', 'automated',
] as const;
export type NoticeSectionId = (typeof NOTICE_SECTIONS)[number];

export interface NoticeSection {
  readonly id: NoticeSectionId;
  readonly clause: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly items: readonly string[];
}
