import type { RecipientType } from '../gate-facts.js';

/** Cold mail without consent: `relevance` = only where the campaign records why it concerns the person's work. */
export type PackAnswer = 'yes' | 'relevance' | 'no';

/** One country's reading of the cold-mail rules, from a date on. Data, not legal advice. */
export interface CountryPack {
  readonly country: string;
  /** First day this reading covers, `YYYY-MM-DD`. */
  readonly validFrom: string;
  readonly marked: 'confirm with counsel';
  readonly sources: readonly string[];
  readonly allows: Readonly<Record<RecipientType, PackAnswer>>;
}

export const NOBODY: CountryPack['allows'] = { company_role: 'no', company_person: 'no', sole_trader: 'no', private: 'no' };
export const ROLE_AND_RELEVANT_PERSON: CountryPack['allows'] = { company_role: 'yes', company_person: 'relevance', sole_trader: 'no', private: 'no' };
