import type { LegalBasis, SourceKind } from '../legal-context.js';

/** Everything the legal block says in one language. Adding a language is adding one such object to the list. */
export interface LegalLanguage {
  /** BCP 47 primary tag. */
  readonly code: string;
  /** Raised with every change of wording; part of the template version. */
  readonly version: string;
  /** Phrases that identify a message as advertising; the block prints the first through `advertisement`. */
  readonly advertisementPhrases: readonly string[];
  readonly regionLabel: string;
  advertisement(sender: string): string;
  controller(name: string, address: string): string;
  privacyContact(contact: string): string;
  dpo(contact: string): string;
  readonly unsubscribeLead: string;
  readonly unsubscribeLink: string;
  readonly objectHeading: string;
  objectText(contact: string): string;
  readonly objectLink: string;
  readonly whyHeading: string;
  readonly source: Readonly<Record<SourceKind, string>>;
  sourceSentence(source: string, detail: string | undefined, date: string): string;
  readonly publicly: Readonly<Record<'yes' | 'no' | 'unknown', string>>;
  purpose(purpose: string): string;
  readonly basis: Readonly<Record<LegalBasis, string>>;
  interest(text: string): string;
  retention(period: string, erasureHours: number): string;
  duration(count: number, unit: 'Y' | 'M' | 'D'): string;
  readonly rightsHeading: string;
  readonly rights: string;
  readonly withdrawal: string;
  complaint(authority: string | undefined): string;
  readonly noticeLead: string;
  readonly noticeLink: string;
}
