import type { ControllerIdentity } from '../controller-identity.js';
import type { NoticeFacts, NoticeSection } from '../privacy-notice-facts.js';
import type { LegalLanguage } from './legal-language.js';

export interface NoticeInput {
  readonly identity: ControllerIdentity;
  /** The postal address on one line. */
  readonly address: string;
  readonly facts: NoticeFacts;
  readonly legal: LegalLanguage;
}

/** The wording of the full privacy notice in one language. */
export interface NoticeLanguage {
  readonly code: string;
  title(name: string): string;
  sections(input: NoticeInput): readonly (Omit<NoticeSection, 'items'> & { readonly items?: readonly string[] })[];
}
