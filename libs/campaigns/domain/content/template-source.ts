import type { RenderedParts } from '#contracts/api/campaign-content';

/** A template as it is written, before anything is checked. Handlebars subset: see template-syntax. */
export interface TemplateSource {
  /** BCP 47 primary tag of the language of subject, text, html and legal block: `en`. */
  readonly language: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Names of fields the tenant declared beyond the standard ones (D25). */
  readonly extraFields?: readonly string[];
  /** The author's statement that the content is sexually oriented (16 CFR 316.4); refused (SND-14). */
  readonly sexuallyOriented?: boolean;
}

export type RenderedMessage = RenderedParts;
