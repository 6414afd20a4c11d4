export const RECIPIENT_TYPES = ['company_role', 'company_person', 'sole_trader', 'private'] as const;
export type RecipientType = (typeof RECIPIENT_TYPES)[number];

export type AgeBand = 'under_13' | '13_15' | '16_17' | 'adult';
export type CollectionMethod = 'provided' | 'observed' | 'inferred';
export type BasisKind = 'consent' | 'soft_opt_in' | 'legitimate_interest' | 'opt_out_regime' | 'contract' | 'legal_obligation';

export interface TenantFacts {
  readonly active: boolean;
  /** Where the sender is established, ISO 3166 alpha-2, upper case. */
  readonly establishment: string;
  readonly policyVersion: string;
  readonly identityVersion: number | undefined;
  readonly postalAddressValid: boolean;
}

export interface CampaignFacts {
  readonly id: string;
  /** `test` goes to registered recipients, who are no contacts: `contact` is then undefined. */
  readonly state: 'running' | 'paused' | 'cancelled' | 'finished' | 'test';
  readonly purpose: string;
  readonly messageClass: 'commercial';
  /** BCP 47 tag of the template. */
  readonly language: string;
  readonly relevance: string | undefined;
  readonly liaId: string | undefined;
  readonly templateVersion: string;
  readonly templateApproved: boolean;
  readonly adIdentification: boolean;
}

export interface SenderFacts {
  readonly id: string;
  readonly version: number;
  readonly domainVerified: boolean;
  readonly displayNameRegistered: boolean;
  readonly replyToAttested: boolean;
}

export interface ConsentFacts {
  readonly grantedAt: Date;
  readonly confirmedAt: Date | undefined;
  readonly textHash: string | undefined;
  readonly method: string | undefined;
  readonly locale: string | undefined;
  readonly channel: string;
  readonly purpose: string;
  readonly withdrawnAt?: Date | undefined;
}

export interface BasisFacts {
  readonly kind: BasisKind;
  readonly purpose: string;
  readonly evidenceRef: string | undefined;
  readonly liaId: string | undefined;
  /** The consent on record for this purpose, also when another basis is claimed now. */
  readonly consent?: ConsentFacts | undefined;
}

export interface ContactFacts {
  readonly channel: 'email' | 'phone';
  /** ISO 3166 alpha-2; undefined = unknown. */
  readonly country: string | undefined;
  /** Country of the address's ccTLD, `EU` for .eu; undefined for other domains. */
  readonly tldCountry: string | undefined;
  readonly freeMail: boolean;
  readonly recipientType: RecipientType;
  readonly sources: number;
  readonly sourceType: string;
  readonly method: CollectionMethod | undefined;
  readonly collectedAt: Date;
  readonly anchorAt: Date;
  /** Anniversary instant of the retention period: the gate denies from here on. */
  readonly expiresAt: Date;
  readonly ageBand: AgeBand | undefined;
  readonly basis: BasisFacts | undefined;
  readonly optedOut: boolean;
  readonly objected: boolean;
  readonly restricted: boolean;
  readonly hardBounced: boolean;
  readonly erasureStarted: boolean;
  /** Whether an event of the contact or of its person could not be read or handled; undefined = not known now. */
  readonly quarantined: boolean | undefined;
  /** `dueAt`: anniversary instant of the Art 14 month. */
  readonly notice: { readonly providedAt: Date | undefined; readonly dueAt: Date };
}

export type SuppressionFacts =
  | { readonly status: 'clear'; readonly rev: number }
  | { readonly status: 'suppressed'; readonly scope: string; readonly reason: string }
  | { readonly status: 'unknown' };

/** All the gate knows about one dispatch at one instant. Nothing personal; undefined or unknown denies, age apart. */
export interface GateFacts {
  readonly now: Date;
  readonly tenant: TenantFacts;
  readonly campaign: CampaignFacts;
  readonly sender: SenderFacts | undefined;
  readonly contact: ContactFacts | undefined;
  readonly suppression: SuppressionFacts;
  readonly lia: { readonly id: string; readonly approvedAt: Date | undefined } | undefined;
  readonly keys: 'present' | 'missing' | 'destroyed';
  readonly dispatch: { readonly alreadyAuthorised: boolean };
}
