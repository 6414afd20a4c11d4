/** A postal address as CAN-SPAM 7704(a)(5)(A)(iii) and 16 CFR 316.2(p) want it. */
export interface PostalAddress {
  readonly street: string;
  readonly locality: string;
  readonly postcode: string;
  readonly region?: string;
  /** ISO 3166 alpha-2, upper case. */
  readonly country: string;
  /** Set where the box is registered with the postal service, or the commercial mail agency is. */
  readonly poBoxRegistered?: boolean;
}

/** Who is answerable for a message: the tenant's versioned identity record (ROL-07, GDPR 14(1)(a)-(b)). */
export interface ControllerIdentity {
  readonly name: string;
  readonly postalAddress: PostalAddress;
  /** Address or https URL at which privacy requests are read. */
  readonly privacyContact: string;
  /** Name or contact of the data protection officer, where one is appointed. */
  readonly dpo?: string;
  /** The authority a person can complain to, as it should be printed. */
  readonly supervisoryAuthority?: string;
  /** ISO 3166 alpha-2. */
  readonly establishmentCountry: string;
}
