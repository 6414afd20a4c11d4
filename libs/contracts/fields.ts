import { z } from 'zod';

/** UTC instant, ISO 8601 with milliseconds allowed. */
export const instant = z.iso.datetime();
export const day = z.iso.date();
export const id = z.string().min(1).max(128);
export const code = z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/i);
/** ISO 3166 alpha-2 in capitals, or `unknown`. */
export const country = z.union([z.string().regex(/^[A-Z]{2}$/), z.literal('unknown')]);
export const channel = z.enum(['email', 'phone']);
export const recipientType = z.enum(['company_role', 'company_person', 'sole_trader', 'private']);
export const ageBand = z.enum(['under_13', '13_15', '16_17', 'adult']);
export const method = z.enum(['provided', 'observed', 'inferred']);
export const sourceType = z.enum([
  'public_website', 'search_engine', 'social_network', 'sourcing_tool',
  'own_form', 'own_order', 'own_newsletter', 'own_survey', 'own_chat',
]);
export const basisKind = z.enum(['consent', 'soft_opt_in', 'legitimate_interest', 'opt_out_regime', 'contract', 'legal_obligation']);

/** Proof of an imported consent; text and evidence are kept as hash and reference (CON-01, CON-05). */
export const consentProof = z.strictObject({
  grantedAt: instant,
  confirmedAt: instant,
  textHash: z.string(),
  method: z.string().max(64),
  locale: z.string().max(35),
  channel: z.literal('email'),
  purpose: z.literal('outreach'),
});

export const basis = z.strictObject({
  kind: basisKind,
  purpose: z.literal('outreach'),
  evidenceRef: z.string().max(128).optional(),
  liaId: id.optional(),
  consent: consentProof.optional(),
});

/** Words of a person that stay in clear: an address or a number in them is refused (INV-07). */
export const plainReason = z.string().trim().min(3).max(500)
  .refine((text) => !/[@＠]|\d[\d ()./-]{6,}\d/.test(text), 'name nobody here: no address and no number of a person (INV-07)');

export const optOutChannel = z.enum(['link', 'one_click', 'page', 'reply', 'phone', 'post', 'email']);

/** The personal fields that may be kept of a prospect (SRC-04); `email` or `phone` is the contact point itself. */
export const recipient = z.strictObject({
  email: z.string().max(254).optional(),
  first_name: z.string().max(200).optional(),
  last_name: z.string().max(200).optional(),
  phone: z.string().max(32).optional(),
  company: z.string().max(200).optional(),
  domain: z.string().max(253).optional(),
});
export type Recipient = z.infer<typeof recipient>;
export type RecipientField = keyof Recipient;

/** Where a row came from, in words that can name a person (architecture section 4). */
export const provenance = z.strictObject({
  sourceName: z.string().max(300).optional(),
  sourceUrl: z.string().max(2000).optional(),
  collectedBy: z.string().max(200),
  /** Where the proof of the basis is kept, and how consent was given, in the importer's words. */
  basisRef: z.string().max(128).optional(),
  consentMethod: z.string().max(64).optional(),
});
export type Provenance = z.infer<typeof provenance>;

export const identity = z.strictObject({
  name: z.string().min(1).max(200),
  postalAddress: z.strictObject({
    street: z.string(), locality: z.string(), postcode: z.string(), country: z.string().regex(/^[A-Z]{2}$/),
    region: z.string().optional(), poBoxRegistered: z.boolean().optional(),
  }),
  privacyContact: z.string().min(3).max(254),
  dpo: z.string().max(254).optional(),
  supervisoryAuthority: z.string().max(300).optional(),
  establishmentCountry: z.string().regex(/^[A-Z]{2}$/),
});

export const pace = z.strictObject({
  perDay: z.number().int().positive(),
  perMinute: z.number().int().positive(),
  perDomainPerHour: z.number().int().positive(),
});

export const counts = z.record(z.string(), z.number().int().nonnegative());

/** What one gate rule said, as answers tell it. */
export const verdict = z.strictObject({
  rule: z.string(),
  version: z.number().int(),
  outcome: z.enum(['allow', 'deny', 'not_applicable']),
  reason: z.string().optional(),
  fix: z.string().optional(),
  inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});
