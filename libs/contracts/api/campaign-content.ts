import type { z } from 'zod';
import type { basisKind, sourceType } from '#contracts/fields';
import type { TemplateSource } from './campaign-reader.js';
import type { ControllerIdentity } from './tenancy.js';

/** What the legal block of one message says about sender, recipient and source (SND-02, LAW-05). */
export interface LegalFacts {
  readonly identity: ControllerIdentity;
  readonly unsubscribeUrl: string;
  readonly privacyUrl: string;
  readonly purpose: string;
  readonly basis: z.infer<typeof basisKind>;
  readonly interestText: string | undefined;
  readonly source: { readonly kind: z.infer<typeof sourceType>; readonly name: string | undefined; readonly url: string | undefined; readonly collectedOn: string };
  readonly retention: { readonly period: string; readonly erasureHours: number };
}

/** Constant pieces with a value between each two. Parts that share their pieces share the array, so what was made of it once can be kept by it. */
export interface PiecedPart {
  readonly pieces: readonly string[];
  /** One less than pieces. */
  readonly values: readonly string[];
}

export interface RenderedParts {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The same text and html in pieces, where they are at hand. */
  readonly layout?: { readonly text: PiecedPart; readonly html: PiecedPart };
}

export interface PreparedContent {
  /** Version of the notice wording that every message carries. */
  readonly noticeVersion: string;
  /** @throws BadInput where a used field is missing (SND-18) or a value cannot be printed (SND-06) */
  render(fields: Readonly<Record<string, string | undefined>>, legal: LegalFacts): RenderedParts;
  /** The lines of the postal address as both parts print them. */
  postalLines(identity: ControllerIdentity): readonly string[];
}

/** Checked and compiled templates (campaigns); delivery renders with it. Preparing an equal template again costs nothing. */
export interface CampaignContent {
  prepare(template: TemplateSource): PreparedContent;
}
